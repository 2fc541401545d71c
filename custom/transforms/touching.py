"""Touching cells parted by a line, of background or of a class of its own.

Sources: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, section 3, which computes the line "using morphological
operations"; for the class, Guerrero-Peña et al. (2018), arXiv:1802.07465.
"""

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
from monai.config import KeysCollection
from monai.transforms import MapTransform
from monai.utils import convert_to_dst_type, convert_to_numpy
from numpy.typing import NDArray

from custom.data.label_values import LARGEST_FLOAT32


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


def cells_and_borders(
    instances: NDArray[Any], *, gap_px: int = 2, border_class: int = 2, ignore_index: int = -1
) -> NDArray[np.int32]:
    """Classes of pixels: 1 in cells, `border_class` on the line that `separate_touching` draws, 0 elsewhere.

    `connected_instances` makes cells of them again. Lost is what was line alone: a cell that is at most `gap_px` thin between
    two others. A cell with a waist as thin beside another becomes two.

    Args:
        instances: (H, W) whole numbers: 0 background, 1 … the cells, in any order and with gaps.
        gap_px: width of the line between cells, an even number ≥ 2.
        border_class: 0 makes the line background.
        ignore_index: label of unlabelled pixels, which they keep.

    Raises:
        ValueError: if `separate_touching` refuses the instances or the gap.
    """
    separated = separate_touching(instances, gap_px=gap_px, ignore_index=ignore_index)
    return np.where(separated != instances, border_class, separated.clip(max=1)).astype(np.int32)


class CellsAndBordersd(MapTransform):
    """`cells_and_borders` of instances (1, H, W), in their place and of the same kind.

    Args:
        keys: keys of the instances, -1 where unlabelled.
        gap_px: width of the line between cells, an even number ≥ 2.
        border_class: class of that line; 0 makes it background.

    Raises:
        ValueError: (in a call) if instances are not (1, H, W), or `cells_and_borders` refuses them.
    """

    def __init__(self, keys: KeysCollection, gap_px: int = 2, border_class: int = 2) -> None:
        super().__init__(keys)
        self.settings = {"gap_px": gap_px, "border_class": border_class}

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with classes in place of instances."""
        result = dict(data)
        for key in self.key_iterator(result):
            classes = cells_and_borders(one_image(key, result[key]), **self.settings)
            result[key] = convert_to_dst_type(classes[None], result[key])[0]
        return result


def one_image(key: Hashable, instances: Any) -> NDArray[Any]:
    """Instances (1, H, W), array or tensor, as an array (H, W).

    Raises:
        ValueError: if they have another shape, or float32 cannot tell their numbers apart; the message names `key`.
    """
    if len(instances.shape) != 3 or instances.shape[0] != 1:
        raise ValueError(f"{key} must be instances of the shape (1, H, W), got {tuple(instances.shape)}, not one image")
    image = np.asarray(convert_to_numpy(instances)[0])
    if image.dtype == np.float32 and image.size and image.max() >= LARGEST_FLOAT32:
        raise ValueError(f"{key} must number its instances below {LARGEST_FLOAT32}, got {image.max():.0f}; number them 1, 2 …")
    return image


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
