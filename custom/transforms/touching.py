"""Touching cells parted by a line of background.

Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, section 3, which computes it "using morphological operations".
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Slices of an image and of its pixels above, to the left, above to the left and above to the right.
NEIGHBOURS = [
    (np.s_[1:, :], np.s_[:-1, :]),
    (np.s_[:, 1:], np.s_[:, :-1]),
    (np.s_[1:, 1:], np.s_[:-1, :-1]),
    (np.s_[1:, :-1], np.s_[:-1, 1:]),
]


def separate_touching(instances: NDArray[Any], *, ignore_index: int = -1) -> NDArray[np.int32]:
    """Instances with a line of background, 2 px wide, where cells touched along an edge or at a corner.

    A pixel of a cell becomes background where the 3×3 pixels around it hold another cell. This takes from both sides alike,
    so it neither prefers a label nor a direction, and a second call changes nothing. A cell that is at most 2 px
    thin between two others is lost.

    Args:
        instances: (H, W) whole numbers: 0 background, 1 … the cells, in any order and with gaps.
        ignore_index: label of unlabelled pixels; they stay and separate nothing.

    Raises:
        ValueError: if `instances` is no image, or holds other negative numbers or fractions.
    """
    checked = _whole_numbers(instances, ignore_index)
    cells = np.where(checked == ignore_index, 0, checked)
    line = np.zeros(cells.shape, bool)
    for here, there in NEIGHBOURS:
        touching = (cells[here] != cells[there]) & (cells[here] > 0) & (cells[there] > 0)
        line[here] |= touching
        line[there] |= touching
    return np.where(line, 0, checked)


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
