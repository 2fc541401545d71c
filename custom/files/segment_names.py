"""The names of segments and their numbers, as 3D Slicer and MITK keep them in a NRRD, and TotalSegmentator in a NIfTI.

::

    Segment0_Name:=oedema           in the order in which a person made the segments, so that
    Segment0_LabelValue:=1          a name may have another number in each file
    org.mitk.multilabel.segmentation.labelgroups:=[{"labels":[{"name":"oedema","value":1}]}]
    <LabelTable><Label Key="1" Red="0.8" …><![CDATA[oedema]]></Label>      an extension of a NIfTI, which Caret began
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

Segments = tuple[tuple[str, int], ...]
NAME, NUMBER = "_Name", "_LabelValue"
TABLE, IN_TABLE = b"<LabelTable>", re.compile(rb'<Label Key="(\d+)"[^<>]*>(?:<!\[CDATA\[)?([^<>\]]+)')
OF_MITK = "org.mitk.multilabel.segmentation.labelgroups"


def segments_of(reader: Any) -> Segments:
    """Each name with its number, in the order of the numbers; without names that stand for several segments.

    Args:
        reader: the reader of SimpleITK, which has read the header of a NRRD.
    """
    return named_once([*_of_slicer(reader), *_of_mitk(reader)])


def segments_in_nifti(native: Any) -> Segments:
    """Each name with its number, in the order of the numbers, as extensions of a NIfTI tell them.

    Args:
        native: nibabel's header.
    """
    tables = [content for extension in native.extensions if TABLE in (content := _bytes(extension.get_content()))]
    rows = [row for content in tables for row in IN_TABLE.findall(content)]
    return named_once((name.decode("utf-8", "replace"), number.decode()) for number, name in rows)


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


def _bytes(content: Any) -> bytes:
    """What an extension holds; nibabel decodes text, and gives data sets of DICOM as they are."""
    if isinstance(content, str):
        return content.encode()
    return content if isinstance(content, bytes) else b""
