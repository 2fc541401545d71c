"""Names of files: which are images, which are results, in what order they come, and whether they lie in hidden folders."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from custom.files.formats import split_suffix

LABELS = ("_mask", "_masks", "_cp_masks", ".seg")  # what labels beside their images are called; scan.seg.nrrd is 3D Slicer's
MASKS = (*LABELS, "_instances")
BY_PRODUCTS = ("_flows", "_dP", "_cp_output", "_outlines", "_overlay", "_probability", "_uncertainty")
RESULTS = (*MASKS, *BY_PRODUCTS)
HIDDEN = (".", "__MACOSX")


def files_below(root: Path, above: tuple[tuple[int, int], ...] = ()) -> Iterator[Path]:
    """All files of a folder and those below it, hidden ones aside; links are followed, but not back into a folder on the way.

    Raises:
        OSError: if a folder may not be read.
    """
    status = os.stat(root)
    place = status.st_dev, status.st_ino
    if place in above:
        return
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if entry.name.startswith(HIDDEN):
            continue
        if _is_folder(entry):
            yield from files_below(Path(entry.path), (*above, place))
        else:
            yield Path(entry.path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself, say, which is told when it is read as a file
        return False


def is_picture(path: Path) -> bool:
    """Whether a file bears the suffix of a known format, image or mask."""
    return bool(split_suffix(path.name)[1])


def is_result(path: Path) -> bool:
    """Whether a file bears the name of a mask or another result of a prediction, of this bundle or of Cellpose."""
    return split_suffix(path.name)[0].endswith(RESULTS)


def without_by_products(paths: Iterable[Path]) -> list[Path]:
    """The files without those that a prediction left beside its masks, such as `a_flows.tif` beside `a_masks.tif`."""
    stems = {path: str(path.with_name(split_suffix(path.name)[0])) for path in paths}
    masks = {stem.removesuffix(end) for stem in stems.values() for end in MASKS if stem.endswith(end)}
    left = {stem for stem in stems.values() for end in BY_PRODUCTS if stem.endswith(end) and stem.removesuffix(end) in masks}
    return [path for path, stem in stems.items() if stem not in left]


def in_numeric_order(path: Path) -> list[list[str | int]]:
    """A key for sorting: `a_2` before `a_10`: digits, which `split` puts at every odd place, compare as numbers."""
    parts = [re.split(r"(\d+)", part) for part in path.parts]
    return [[int(text) if place % 2 else text for place, text in enumerate(part)] for part in parts]
