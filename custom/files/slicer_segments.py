"""The names of segments and their numbers, as 3D Slicer keeps them in the header of a `.seg.nrrd`.

::

    Segment0_Name:=oedema           in the order in which a person made the segments, so that
    Segment0_LabelValue:=1          a name may have another number in each file
"""

from collections import Counter
from typing import Any

NAME, NUMBER = "_Name", "_LabelValue"


def segments_of(reader: Any) -> tuple[tuple[str, int], ...]:
    """Each name with its number, in the order of the numbers; without names that stand for several segments.

    Args:
        reader: the reader of SimpleITK, which has read the header of a NRRD.
    """
    keys = {key for key in reader.GetMetaDataKeys() if key.startswith("Segment")}
    owners = sorted(key.removesuffix(NAME) for key in keys if key.endswith(NAME) and key.removesuffix(NAME) + NUMBER in keys)
    told = [(reader.GetMetaData(owner + NAME).strip(), reader.GetMetaData(owner + NUMBER).strip()) for owner in owners]
    counts = Counter(name for name, _ in told)
    found = [(name, int(number)) for name, number in told if counts[name] == 1 and name and number.isdecimal()]
    return tuple(sorted(found, key=lambda segment: segment[1]))
