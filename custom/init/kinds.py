"""What the values of labels mean: a mask, classes, or instances."""

from statistics import median
from typing import NamedTuple

from custom.data.label_values import LARGEST_FLOAT32, MOST_CLASSES, UNLABELLED, WHITES
from custom.files.labels import UNJUDGED
from custom.init.class_names import unjudged_number
from custom.init.fingerprint import Fingerprint
from custom.init.layout import Layout
from custom.init.reasons import HOW
from custom.text.some import some

MANY = 8
COMPACT = 0.9
OBJECTS = "; if each number is an object, call the folder of the labels instances, or end their names in _instances"
NO_GROUND = f"but none 0, the background, so that all count in the scores; if one is the background, make it 0{HOW}"
INSTANCE_WORDS = ("instance", "cp_masks")


class Labels(NamedTuple):
    """The meaning of labels.

    Attributes:
        num_classes: 1 for masks, else how many classes there are with the background; 3 for instances.
        instances: whether each value is an object.
        ignore_label: a value of pixels that nobody judged; None for none.
        reason: why, for the person who reads the plan.
    """

    num_classes: int
    instances: bool
    ignore_label: int | None
    reason: str


def meaning_of(layout: Layout, found: Fingerprint) -> Labels:
    """The meaning of the labels of a set.

    Raises:
        ValueError: if the values are neither a mask nor classes nor instances, or all labels are empty.
    """
    values = sorted(found.values)
    _check_unlabelled(layout, found)
    if not any(values):
        raise ValueError(f"data: all {found.num_read} labels of {str(layout.root)!r} are empty; there is nothing to learn")
    if values[-1] >= LARGEST_FLOAT32:
        raise ValueError(
            f"data: labels of {str(layout.root)!r} hold {_listed(values)}, but numbers below {LARGEST_FLOAT32} alone are told "
            f"apart, such as 1, 2 … of objects; save them so{HOW}"
        )
    _check_files(layout, found)
    if _are_instances(layout, found):
        each = "each in a file of its own" if found.masks else "each one piece"
        return Labels(3, True, None, f"up to {max(found.per_label)} values in a label, {each}")
    _check_alike(found)
    told = unjudged_number(layout.root)
    unjudged = [value for value in values if value in (UNLABELLED, told) or (value == UNJUDGED and len(values) > 2)]
    classes = [value for value in values if value not in unjudged]
    ignored = unjudged[-1] if unjudged else None
    if len(unjudged) < 2 and any(set(classes) <= {0, white} for white in WHITES):
        words = " and ".join(map(str, classes))
        return Labels(1, False, ignored, f"labels hold {words}: a mask")
    number = classes[-1] + 1
    if len(unjudged) < 2 and classes[0] >= 0 and number <= min(MOST_CLASSES, 2 * len(classes)) and len(classes) > 2:
        doubt = OBJECTS if found.compact >= COMPACT and len(set(found.per_label)) > 1 else ""
        ground = "with 0 as background" if 0 in classes else NO_GROUND
        return Labels(number, False, ignored, f"labels hold {_listed(classes)}: classes, {ground}{doubt}")
    raise ValueError(found.doubt or _no_meaning(layout, found))


def _no_meaning(layout: Layout, found: Fingerprint) -> str:
    """The line that refuses labels which are neither a mask nor classes nor instances."""
    if set(found.values) == {1, 2}:
        return (
            f"data: labels of {str(layout.root)!r} hold 1 and 2 but no 0, the background, as ilastik exports them; "
            f"save the background as 0 and objects as 1{HOW}"
        )
    rarest = min((value for value in found.values if value), key=lambda value: (found.values[value], value))
    return (
        f"data: labels of {str(layout.root)!r} hold {_listed(sorted(found.values))}, of which {found.first[rarest]} holds "
        f"{rarest}; that is neither a mask (0 and 1, or 0 and 255) nor classes (0, 1, 2 …) nor objects (each value one piece); "
        f"save them so{HOW}"
    )


def _check_unlabelled(layout: Layout, found: Fingerprint) -> None:
    """Refuses labels in which -1 may be the background, or the objects: it would be taken for pixels that nobody judged."""
    others = {value for value in found.values if value != UNLABELLED}
    if UNLABELLED in found.values and (0 not in others or others == {0}):
        raise ValueError(
            f"data: labels of {str(layout.root)!r} hold {_listed(sorted(found.values))}, and {UNLABELLED} stands for pixels "
            f"that nobody judged; save the background as 0 and objects as 1, 2 …{HOW}"
        )


def _check_files(layout: Layout, found: Fingerprint) -> None:
    """Refuses folders of masks, a file an object, in which files are called as classes: a class would be as many objects."""
    classes = [name for name, folders in found.masks.items() if folders > 1 and not any(map(str.isdigit, name))]
    if len(classes) > 1:
        raise ValueError(
            f"data: folders of masks in {str(layout.root)!r} hold {some(sorted(classes), 3)}, which recur as classes do, but a "
            "file there is an object; join the masks of an image into one file, 0 for the background and 1, 2 … for the classes"
        )


def _check_alike(found: Fingerprint) -> None:
    """Refuses a set of which some labels are masks of 0 and 255 and others hold classes: 255 would be taken for not judged."""
    others = [value for value in found.values if value > 0 and value != UNJUDGED]
    if UNJUDGED in found.values and others and not found.with_ignored:
        one, other = found.first[min(others)], found.first[UNJUDGED]
        raise ValueError(
            f"data: {one} holds {min(others)}, {other} holds 255, and no label holds 255 beside another class; save all labels "
            "with the same values, such as 0 and 1"
        )


def _are_instances(layout: Layout, found: Fingerprint) -> bool:
    distinct = sum(value > 0 for value in found.values)
    counts = [number for number in found.per_label if number]
    if layout.kind == "ctc" or found.masks:
        return layout.kind == "ctc" or max(found.per_label) > 1
    if distinct < 2 or found.compact < COMPACT:
        return False
    called = f"{layout.names.label_folder} {layout.names.label_suffix}".lower()
    if any(word in called for word in INSTANCE_WORDS):
        return True
    middle = median(counts)
    return middle >= MANY or (middle >= 2 and distinct >= 2 * middle)


def _listed(values: list[int]) -> str:
    shown = ", ".join(map(str, values[:8]))
    return f"{shown} … {values[-1]}" if len(values) > 8 else shown
