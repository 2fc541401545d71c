"""The names of segments and their numbers, as 3D Slicer and MITK keep them in the header of a NRRD.

::

    Segment0_Name:=oedema           in the order in which a person made the segments, so that
    Segment0_LabelValue:=1          a name may have another number in each file
    org.mitk.multilabel.segmentation.labelgroups:=[{"labels":[{"name":"oedema","value":1}]}]
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

Segments = tuple[tuple[str, int], ...]
NAME, NUMBER = "_Name", "_LabelValue"
OF_MITK = "org.mitk.multilabel.segmentation.labelgroups"


def segments_of(reader: Any) -> Segments:
    """Each name with its number, in the order of the numbers; without names that stand for several segments.

    Args:
        reader: the reader of SimpleITK, which has read the header of a NRRD.
    """
    return named_once([*_of_slicer(reader), *_of_mitk(reader)])


def named_once(told: Iterable[tuple[str, str]]) -> Segments:
    """Names with whole numbers, in the order of these; without names that stand for several.

    Args:
        told: names and numbers as they are written.
    """
    pairs = [(name.strip(), number.strip()) for name, number in told]
    counts = Counter(name for name, _ in pairs)
    found = [(name, int(number)) for name, number in pairs if counts[name] == 1 and name and number.isdecimal()]
    return tuple(sorted(found, key=lambda segment: segment[1]))


def _of_slicer(reader: Any) -> Iterator[tuple[str, str]]:
    keys = {key for key in reader.GetMetaDataKeys() if key.startswith("Segment")}
    for owner in sorted(key.removesuffix(NAME) for key in keys if key.endswith(NAME)):
        if owner + NUMBER in keys:
            yield reader.GetMetaData(owner + NAME), reader.GetMetaData(owner + NUMBER)


def _of_mitk(reader: Any) -> list[tuple[str, str]]:
    if OF_MITK not in reader.GetMetaDataKeys():
        return []
    try:
        groups = json.loads(reader.GetMetaData(OF_MITK))
        return [(str(label["name"]), str(label["value"])) for group in groups for label in group.get("labels") or ()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # written by another program
        return []
