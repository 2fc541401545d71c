"""Labels that are thin closed lines, such as a drawn ellipse: outlines of areas, or lines indeed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

MOST_LABELS = 40  # further labels are passed by
MOST = 0.5  # share of the labels; an area that an image cuts off has no closed outline
WIDEST_PX = 7  # a line is no wider
TIMES_AS_LARGE = 4  # an area is so much larger than its outline; a wall around a vessel or the heart is thicker than that
EIGHT = np.ones((3, 3))


class ClosedLines:
    """What was seen in the labels of a data set."""

    def __init__(self) -> None:
        self.number = 0
        self.closed: list[str] = []

    def look(self, name: str, label: NDArray[Any]) -> None:
        """Looks at a further label, (H, W) or (X, Y, Z), of that name."""
        if self.number == MOST_LABELS or not (label > 0).any():
            return
        self.number += 1
        if are_closed_lines(fullest_plane(label) > 0):
            self.closed.append(name)

    def note(self) -> str:
        """A doubt if most labels are such lines; empty if they are not."""
        if len(self.closed) <= MOST * self.number:
            return ""
        mend = "if they stand for the areas inside, fill them, as bundle/docs/by_hand.md shows"
        return f"labels are thin closed lines in {len(self.closed)} of {self.number}, such as {self.closed[0]}; {mend}"


def fullest_plane(label: NDArray[Any]) -> NDArray[Any]:
    """The label (H, W) of a picture, or of a volume (X, Y, Z) the axial plane with the most labelled pixels."""
    if label.ndim == 2:
        return label
    return label[..., int((label > 0).sum(axis=(0, 1)).argmax())]


def are_closed_lines(mask: NDArray[np.bool_]) -> bool:
    """Whether each part of a mask (H, W) is a thin line around one area; meshes, as of membranes, are around several."""
    padded = np.pad(mask, 1)
    ground, number = ndimage.label(~padded)
    inside = int((ground > 1).sum())  # 1 is the ground around all, from the first pixel on
    if inside <= TIMES_AS_LARGE * mask.sum() or number - 1 > ndimage.label(mask, EIGHT)[1]:
        return False
    return bool(2 * ndimage.distance_transform_edt(padded).max() - 1 <= WIDEST_PX)
