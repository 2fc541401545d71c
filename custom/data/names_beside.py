"""The names of a label's numbers, as programs write them into a file beside it.

::

    a_json/label.png      a_json/label_names.txt      labelme: a line for each number, in the order of drawing, from 0
    a-label.nrrd          a-label_ColorTable.ctbl     3D Slicer: `1 oedema 216 101 79 255`
    a-label.nii.gz        a_ColorTable.csv            newer ones: `1,oedema,216,101,79,255,…`
    a_dseg.nii.gz         a_dseg.tsv                  BIDS: columns `index` and `name`, and others
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
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
    names = dict.fromkeys((stem, stem.removesuffix(OF_SLICER))) if is_volume(file) else ()
    return next(filter(None, map(_of_rows, (rows for name in names for rows in _tables(file.with_name(name))))), ())


def _tables(stem: Path) -> Iterator[Iterable[Sequence[str]]]:
    """Rows of number and name of each file that may tell them."""
    yield (line.split() for line in _lines(Path(f"{stem}_ColorTable.ctbl")))
    yield csv.reader(_lines(Path(f"{stem}_ColorTable.csv")))
    yield (
        (row.get("index") or "", row.get("name") or "") for row in csv.DictReader(_lines(Path(f"{stem}.tsv")), delimiter="\t")
    )


def _of_rows(rows: Iterable[Sequence[str]]) -> Segments:
    try:
        return named_once((row[1], row[0]) for row in rows if len(row) > 1)
    except csv.Error:  # a file of something else under such a name
        return ()


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open("rb") as file:
            yield from file.read(MOST_BYTES).decode("utf-8-sig", "replace").splitlines()
