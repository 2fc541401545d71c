"""Which values the file of a label may hold; the check and the training ask the same rule."""

from collections.abc import Sequence

from custom.data.report import some
from custom.files import whole_numbers

__all__ = ["whole_numbers", "wrong_values"]


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
