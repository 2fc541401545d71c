"""The names of a label's numbers, as programs write them into a file beside it.

::

    a_json/label.png      a_json/label_names.txt      labelme: a line for each number, in the order of drawing, from 0
    a-label.nrrd          a-label_ColorTable.ctbl     3D Slicer: `1 oedema 216 101 79 255`
"""

from collections.abc import Iterator
from pathlib import Path

from custom.files import is_volume, split_page, split_suffix
from custom.files.segment_names import Segments, named_once

OF_LABELME = "label"
MOST_BYTES = 1 << 20


def names_beside(path: str | Path) -> Segments:
    """Each name with its number, in the order of the numbers; empty if no file beside a label tells them."""
    file, _ = split_page(path)
    stem = split_suffix(file.name)[0]
    if stem == OF_LABELME:
        return named_once((name, str(number)) for number, name in enumerate(_lines(file.with_name("label_names.txt"))))
    if is_volume(file):
        words = [line.split() for line in _lines(file.with_name(f"{stem}_ColorTable.ctbl"))]
        return named_once((row[1], row[0]) for row in words if len(row) > 1)
    return ()


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open("rb") as file:
            yield from file.read(MOST_BYTES).decode("utf-8-sig", "replace").splitlines()
