"""The names of a label's numbers, as programs write them into a file beside it.

::

    a_json/label.png      a_json/label_names.txt      labelme: a line for each number, in the order of drawing, from 0
    a-label.nrrd          a-label_ColorTable.ctbl     3D Slicer: `1 oedema 216 101 79 255`
    a-label.nii.gz        a_ColorTable.csv            newer ones: `1,oedema,216,101,79,255,…`
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from custom.files import is_volume, split_page, split_suffix
from custom.files.segment_names import Segments, named_once

OF_LABELME = "label"
OF_SLICER = "-label"
MOST_BYTES = 1 << 20


def names_beside(path: str | Path) -> Segments:
    """Each name with its number, in the order of the numbers; empty if no file beside a label tells them."""
    file, _ = split_page(path)
    stem = split_suffix(file.name)[0]
    if stem == OF_LABELME:
        return named_once((name, str(number)) for number, name in enumerate(_lines(file.with_name("label_names.txt"))))
    for name in dict.fromkeys((stem, stem.removesuffix(OF_SLICER))) if is_volume(file) else ():
        words = (line.split() for line in _lines(file.with_name(f"{name}_ColorTable.ctbl")))
        if found := _of_rows(words) or _of_rows(csv.reader(_lines(file.with_name(f"{name}_ColorTable.csv")))):
            return found
    return ()


def _of_rows(rows: Iterable[list[str]]) -> Segments:
    try:
        return named_once((row[1], row[0]) for row in rows if len(row) > 1)
    except csv.Error:  # a file of something else under such a name
        return ()


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open("rb") as file:
            yield from file.read(MOST_BYTES).decode("utf-8-sig", "replace").splitlines()
