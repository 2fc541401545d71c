"""Labels in files that hold no images: outlines, boxes and arrays, as programs for labelling save them, and lists of files."""

import re
from collections.abc import Sequence
from pathlib import Path

from custom.files import files_below, split_suffix
from custom.init.reasons import HOW

TEXTS = (".json", ".xml", ".geojson", ".ndjson", ".jsonl")
ARRAYS = (".npy", ".npz", ".mat")
FORMATS = (*TEXTS, *ARRAYS, ".roi", ".rsml", ".txt")
WORDS = ("annotation", "coco", "instances", "roiset")
OF_NNUNET = "dataset.json"  # tells of channels and classes
LISTS = (".csv", ".tsv")
BEGINNING = 10_000  # characters of a file that are looked at
RUNS = re.compile(r"(\d+ ){3,}\d+")  # run lengths, as Kaggle serves masks: where a run begins, how long it is, and so on


def outline_beside(root: Path, pictures: Sequence[Path]) -> str:
    """The line that names a file which holds the labels of pictures but is none itself; empty if there is none.

    It bears the name of a picture, alone or, but for the texts of YOLO, with more behind it, is called as such files are, or
    names a picture.

    Args:
        root: the data set.
        pictures: its images.
    """
    names = tuple(split_suffix(path.name)[0].lower() for path in pictures)
    for path in files_below(root):
        suffix, name = path.suffix.lower(), path.name.lower()
        if suffix == ".zip" and (path.stem.lower() in names or any(word in name for word in WORDS)):
            return f"{path}: labels are read from images alone; unpack it, and draw these as masks, such as PNG in masks/{HOW}"
        if suffix not in FORMATS or name == OF_NNUNET:
            continue
        called = suffix != ".txt" and (any(word in name for word in WORDS) or name.startswith(names))
        if called or path.stem.lower() in names or (suffix in TEXTS and _named_in(path, pictures)):
            mend = "save" if suffix in ARRAYS else "draw"
            return f"{path}: labels are read from images alone; {mend} these as masks, such as PNG of 0, 1, 2 … in masks/{HOW}"
    return ""


def _named_in(path: Path, pictures: Sequence[Path]) -> int:
    """How many of the pictures a file names at its beginning."""
    text = _beginning(path)
    return sum(picture.name in text for picture in pictures)


def _beginning(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(BEGINNING)


def list_beside(root: Path, pictures: Sequence[Path]) -> str:
    """The line that names a list of images and labels, or of labels as run lengths; empty if there is none.

    Args:
        root: the data set.
        pictures: its images and labels, two or more of which a list names.
    """
    for path in files_below(root):
        if path.suffix.lower() not in LISTS:
            continue
        if RUNS.search(_beginning(path)):
            return f"{path}: run lengths are not read; draw them as masks, such as PNG of 0 and 255 in masks/{HOW}"
        if _named_in(path, pictures) > 1:
            return (
                f"{path}: lists are not read; copy each image into images/ and its label, of the same name, into labels/{HOW}"
            )
    return ""
