"""A cell cut out of an image with its surroundings, turned, and pasted into an image."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


class Cell(NamedTuple):
    """A cell cut out: pixels (C, h, w), its mask (h, w), and how opaque it and its surroundings are pasted (h, w), 0 … 1."""

    pixels: NDArray[np.float32]
    mask: NDArray[np.bool_]
    opacity: NDArray[np.float64]


def cut_cell(image: NDArray[Any], instances: NDArray[Any], label: int, halo_px: int) -> Cell:
    """The cell `label` of `instances` (H, W) from an image (C, H, W), with `halo_px` pixels around it that fade out.

    Args:
        image: what is cut from.
        instances: 0 for background, 1 … the cells, negative where unlabelled.
        label: number of the cell, which is there.
        halo_px: width of its surroundings that are cut along, ≥ 0.
    """
    rows, columns = np.nonzero(instances == label)
    box = tuple(slice(max(side.min() - halo_px, 0), side.max() + halo_px + 1) for side in (rows, columns))
    mask = instances[box] == label
    opacity = 1 - ndimage.distance_transform_edt(~mask) / (halo_px + 1)
    return Cell(image[:, *box], mask, opacity.clip(0) * ((instances[box] <= 0) | mask))


def turn_cell(cell: Cell, quarter_turns: int, flipped: bool) -> Cell:
    """The cell flipped from left to right, if so, and then turned by right angles."""
    return Cell._make(np.rot90(part[..., ::-1] if flipped else part, quarter_turns, axes=(-2, -1)) for part in cell)


def paste_cell(
    image: NDArray[Any], instances: NDArray[Any], cell: Cell, row: int, column: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Image and instances with the cell on top, its centre at (row, column), under a new label.

    What lies beyond the image is cut off. Nothing changes where less than half of the cell would be in the image, or less
    than half of another be left.
    """
    (height, width), (h, w) = instances.shape, cell.mask.shape
    top, left = row - h // 2, column - w // 2
    there = np.s_[max(top, 0) : max(top + h, 0), max(left, 0) : max(left + w, 0)]
    here = np.s_[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
    mask = cell.mask[here]
    covered = np.zeros(instances.shape, bool)
    covered[there] = mask
    before, after = (np.bincount(labels[labels > 0]) for labels in (instances, np.where(covered, 0, instances)))
    if 2 * mask.sum() < cell.mask.sum() or (2 * np.pad(after, (0, len(before) - len(after))) < before).any():
        return image, instances
    image, instances = image.copy(), instances.copy()
    opacity = cell.opacity[here].astype(image.dtype)
    image[:, *there] += opacity * (cell.pixels[:, *here] - image[:, *there])
    instances[covered] = max(len(before), 1)
    return image, instances
