"""Which values the file of a label may hold: the one rule of the check and of training."""

from collections.abc import Sequence

from custom.files.labels import UNJUDGED
from custom.text.some import some

LARGEST_FLOAT32 = 2**24  # up to which it holds every whole number; MONAI loads images as float32
UNLABELLED = -1
WHITES = (1, 255, 65535)  # what masks of 1, 8 and 16 bits may hold besides 0
MOST_CLASSES = 64
MOSTLY = 0.9  # share of pixels; the cells of EM, which fill most of their images, take less


def wrong_values(
    values: Sequence[float], *, num_classes: int, binary: bool, instances: bool = False
) -> tuple[list[float], str]:
    """Those values that a label must not hold, and in words what it must.

    Args:
        values: all that the label holds, sorted, those of an ignore label aside.
        num_classes: labels hold whole numbers below it.
        binary: labels hold 0 and 1, or 0 and 255, instead.
        instances: labels hold any whole numbers from 0 instead, and -1 where nobody looked.
    """
    if instances:
        wrong = [value for value in values if not (UNLABELLED <= value < LARGEST_FLOAT32 and float(value).is_integer())]
        return wrong, f"whole numbers from 0 to {LARGEST_FLOAT32 - 1}, or {UNLABELLED} where unlabelled"
    if binary:
        highest = values[-1] if values and values[-1] in WHITES else 1
        return [value for value in values if value not in (0, highest)], f"0 and 1, or 0 and 255{_mend(values, num_classes)}"
    mend = "; of masks of 0 and 255 leave num_classes at 1" if set(values) <= {0, 255} else ""
    classes = range(num_classes)
    return [value for value in values if value not in classes], f"whole numbers below num_classes ({num_classes}){mend}"


def problem_with(
    values: Sequence[float], *, num_classes: int, binary: bool, instances: bool = False, ignore_label: int | None = None
) -> str:
    """What is wrong with the values of a label, and what they should be; empty if nothing is.

    Args:
        values: all that the label holds, sorted.
        num_classes: labels hold whole numbers below it.
        binary: labels hold 0 and 1, or 0 and 255, instead.
        instances: labels hold any whole numbers from 0 instead, and -1 where nobody looked.
        ignore_label: a value that may stand in any label, for pixels that are not judged; None for none.
    """
    judged = [value for value in values if value != ignore_label]
    wrong, rule = wrong_values(judged, num_classes=num_classes, binary=binary, instances=instances)
    besides = "" if ignore_label is None else f", and ignore_label {ignore_label}"
    return f"wrong mask values {some(values)}; expected {rule}{besides}" if wrong else ""


def inverted(share: float) -> str:
    """A doubt if masks mark nine tenths of all pixels or more; empty if they mark less."""
    if share < MOSTLY:
        return ""
    return f"masks mark {share:.1%} of all pixels; if they were drawn black on white, invert them"


def _mend(values: Sequence[float], num_classes: int) -> str:
    if num_classes > 1:
        return ", since paper.json takes two classes"
    classes = [value for value in values if value != UNJUDGED]
    most = min(MOST_CLASSES, 2 * len(classes))
    if len(values) > 2 and set(classes) <= {*range(most)} and classes[-1] > 1:
        unjudged = " and ignore_label to 255" if UNJUDGED in values else ""
        return f"; of classes up to {classes[-1]:g} set num_classes to {classes[-1] + 1:g}{unjudged}"
    if len(values) == 2 and values[0] == 0 and float(values[1]).is_integer():
        return f"; of a mask save {values[1]:g} as 1"
    if 255 in values and len(values) > 3:  # the grey seam of a JPEG, say
        return "; save masks as PNG or TIFF, without loss"
    return ""
