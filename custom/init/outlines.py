"""Labels in files that hold no images: outlines, boxes and arrays, as programs for labelling save them, and lists of files."""

from collections.abc import Sequence
from pathlib import Path

from custom.files import files_below, split_suffix
from custom.init.reasons import HOW

FORMATS = (".json", ".xml", ".geojson", ".roi", ".txt", ".npy", ".npz", ".mat")
WORDS = ("annotation", "coco", "instances")
LISTS = (".csv", ".tsv")
BEGINNING = 10_000  # characters of a list that are looked at


def outline_beside(root: Path, pictures: Sequence[Path]) -> str:
    """The line that names a file which holds the labels of pictures but is none itself; empty if there is none.

    It bears the name of a picture, alone or, but for the texts of YOLO, with more behind it, or is called as such files are.

    Args:
        root: the data set.
        pictures: its images.
    """
    names = tuple(split_suffix(path.name)[0].lower() for path in pictures)
    for path in files_below(root):
        if path.suffix.lower() not in FORMATS:
            continue
        name = path.name.lower()
        exact = path.stem.lower() in names
        if exact or (path.suffix.lower() != ".txt" and (any(word in name for word in WORDS) or name.startswith(names))):
            return f"{path}: labels are read from images alone; draw these as masks, such as PNG of 0, 1, 2 … in masks/{HOW}"
    return ""


def list_beside(root: Path, pictures: Sequence[Path]) -> str:
    """The line that names a list of images and labels; empty if there is none.

    Args:
        root: the data set.
        pictures: its images and labels, two or more of which the list names.
    """
    for path in files_below(root):
        if path.suffix.lower() not in LISTS:
            continue
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(BEGINNING)
        if sum(picture.name in text for picture in pictures) > 1:
            return (
                f"{path}: lists are not read; copy each image into images/ and its label, of the same name, into labels/{HOW}"
            )
    return ""
