"""Which values the file of a label may hold; the check and the training ask the same rule."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.data.report import some

# Programs that scale whole numbers on saving, as nibabel does with floats, give them back rounded.
ROUNDING = 1e-3


def whole_numbers(values: NDArray[Any]) -> NDArray[Any]:
    """The values, those within 0.001 of a whole number as that number."""
    if values.dtype.kind != "f":
        return values
    rounded = np.round(values)
    return np.where(np.abs(values - rounded) <= ROUNDING, rounded, values)


def wrong_values(values: Sequence[float], *, num_classes: int, instances: bool = False, ignore_label: int | None = None) -> str:
    """What is wrong with the values of a label, and what they should be; empty if nothing is.

    Args:
        values: all that the label holds, sorted.
        num_classes: 1 for masks of {0, 1} or {0, 255}; from 2, whole numbers below it.
        instances: whether a label holds any whole numbers from 0 instead.
        ignore_label: a value that may stand in any label, for pixels that are not judged; None for none.
    """
    judged = [value for value in values if value != ignore_label]
    if instances:
        sound, expected = all(value >= 0 and value == int(value) for value in judged), "whole numbers from 0"
    elif num_classes == 1:
        sound, expected = set(judged) <= {0, 1} or set(judged) <= {0, 255}, "{0, 1} or {0, 255}"
    else:
        sound, expected = set(judged) <= set(range(num_classes)), f"whole numbers below num_classes={num_classes}"
    if sound:
        return ""
    besides = "" if ignore_label is None else f", or ignore_label={ignore_label}"
    return f"wrong mask values {some(list(values))}; expected {expected}{besides}"
