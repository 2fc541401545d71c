"""Numbers of objects that a program cut to 8 bits: of 300 cells, 45 bear the number of another one, or all of them 255."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LARGEST = 255
NEARLY_ALL = 230  # a few cells may have been removed, with their numbers
ALIKE = 0.5  # least size of a second part, of that of the first; smaller ones are stray pixels


def cut_to_8_bits(label: NDArray[Any], values: Sequence[float]) -> str:
    """A doubt if the numbers of a label end at 255, and one of them marks parts that lie apart; empty otherwise.

    Args:
        label: numbers of objects, (H, W) or (X, Y, Z).
        values: all numbers that it holds, sorted.
    """
    if len(values) < NEARLY_ALL or values[-1] != LARGEST:
        return ""
    numbers = [int(value) for value in values if value >= 1]
    objects = np.maximum(label, 0).astype(np.uint8)  # what is no whole number is refused elsewhere
    boxes = ndimage.find_objects(objects)
    split = next((number for number in reversed(numbers) if _in_parts(objects[boxes[number - 1]] == number)), 0)
    if not split:
        return ""
    return (
        f"its numbers of objects end at {LARGEST}, and {split} marks several parts; if it held more objects, a program cut "
        "their numbers to 8 bits: save it with 16"
    )


def _in_parts(mask: NDArray[np.bool_]) -> bool:
    """Whether a mask has two parts of like size, apart from each other."""
    parts, number = ndimage.label(mask, np.ones((3,) * mask.ndim))
    if number < 2:
        return False
    sizes = np.sort(np.bincount(parts.ravel())[1:])
    return bool(sizes[-2] >= ALIKE * sizes[-1])
