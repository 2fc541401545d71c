"""Touching cells parted by a line of background, and grown together again.

Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, section 3, which computes it "using morphological operations".
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def separate_touching(instances: NDArray[Any], *, gap_px: int = 2, ignore_index: int = -1) -> NDArray[np.int32]:
    """Instances with a line of background where cells touched along an edge or at a corner.

    A pixel of a cell becomes background where another cell is nearer than `gap_px` / 2 + 0.5, which also widens narrower gaps.
    This takes from both sides alike, so it neither prefers a label nor a direction, and a second call changes nothing. A cell
    that is at most `gap_px` thin between two others, or within another, is lost.

    Args:
        instances: (H, W) whole numbers: 0 background, 1 … the cells, in any order and with gaps.
        gap_px: width of the line, an even number ≥ 2.
        ignore_index: label of unlabelled pixels; they stay and separate nothing.

    Raises:
        ValueError: if `instances` is no image, or holds other negative numbers or fractions, or if `gap_px` is odd or
            below 2.
    """
    check_gap(gap_px)
    checked = _whole_numbers(instances, ignore_index)
    cells = np.where(checked == ignore_index, 0, checked)
    line = np.zeros(cells.shape, bool)
    for here, there in _neighbours(cells.shape, gap_px // 2):
        touching = (cells[here] != cells[there]) & (cells[here] > 0) & (cells[there] > 0)
        line[here] |= touching
        line[there] |= touching
    return np.where(line, 0, checked)


def close_gaps(instances: NDArray[Any], *, gap_px: int) -> NDArray[Any]:
    """Cells grown over the background between them: about what `separate_touching` took, given back.

    A pixel of background whose distances to the nearest and to the second nearest cell are together below `gap_px` + 2 goes to
    the nearest. Outlines that face no other cell stay. Narrow gaps between cells that never touched close, too, and at the ends
    of a line the cells bulge a little.

    Args:
        instances: (H, W) or (D, H, W) whole numbers: 0 background, 1 … the cells.
        gap_px: width of the gaps in pixels (voxels of a volume, along its slices, too), ≥ 0; 0 changes nothing.

    Raises:
        ValueError: if `gap_px` is negative, or `instances` holds fractions or negative numbers.
    """
    if gap_px < 0:
        raise ValueError(f"gap_px must be at least 0, got {gap_px!r}")
    if not np.issubdtype(instances.dtype, np.integer) or instances.min(initial=0) < 0:
        raise ValueError("instances must be of an integer type and hold no negative number")
    if gap_px == 0 or not instances.any():
        return instances
    d1, d2 = two_nearest(instances, gap_px + 1)
    between = (instances == 0) & (d1 + d2 < gap_px + 2)
    nearest = ndimage.distance_transform_edt(instances == 0, return_distances=False, return_indices=True)
    return np.where(between, instances[tuple(nearest)], instances)


def two_nearest(cells: NDArray[np.int32], reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Euclidean distances in pixels to the nearest and to the second nearest cell, of the shape of `cells`.

    They are exact up to `reach`, beyond it no smaller than exact, and infinite where there is no such cell. Each is measured in
    its bounding box widened by `reach`, not over the whole image.
    """
    d1 = np.full(cells.shape, np.inf)
    d2 = d1.copy()
    if cells.max() > cells.size:  # find_objects makes a list as long as the largest label
        cells = np.unique(cells, return_inverse=True)[1].astype(np.int32)
    for label, box in enumerate(ndimage.find_objects(cells), start=1):
        if box is not None:
            around = tuple(slice(max(side.start - reach, 0), side.stop + reach) for side in box)
            distance = ndimage.distance_transform_edt(cells[around] != label)
            d2[around] = np.minimum(d2[around], np.maximum(d1[around], distance))
            d1[around] = np.minimum(d1[around], distance)
    return d1, d2


def check_gap(gap_px: int) -> None:
    """Refuses a gap that could not take as much from both cells.

    Raises:
        ValueError: if `gap_px` is not even or below 2.
    """
    if gap_px < 2 or gap_px % 2:
        raise ValueError(f"gap_px must be an even number of at least 2, got {gap_px!r}")


def _neighbours(shape: tuple[int, ...], reach: int) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Slices of an image and of its pixels `down` above and `right` to the left, for half of the disc around a pixel."""
    height, width = shape
    for down in range(min(reach, height - 1) + 1):
        for right in range(-min(reach, width - 1), min(reach, width - 1) + 1):
            if (down, right) > (0, 0) and math.hypot(down, right) < reach + 0.5:
                left = max(-right, 0)
                yield (
                    np.s_[down:, max(right, 0) : width - left],
                    np.s_[: height - down, left : width - max(right, 0)],
                )


def _whole_numbers(instances: NDArray[Any], ignore_index: int) -> NDArray[np.int32]:
    array = np.asarray(instances)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"instances must be one image (H, W) without channel, got the shape {array.shape}")
    with np.errstate(invalid="ignore"):
        whole = array.astype(np.int32)
    wrong = (whole != array) | ((whole < 0) & (whole != ignore_index))
    if wrong.any():
        raise ValueError(
            f"instances must hold whole numbers from 0, or {ignore_index} where unlabelled, got {array[wrong][0]}; "
            "set ignore_index to the label of unlabelled pixels"
        )
    return whole
