"""Files that belong to images: their labels and masks of the field of view, told by names alone.

::

    scan_1.png  scan_1_fov.png      beside the image, with a word behind or before what both are called
    raw/a.png   gt/a.png            in a folder that is called so, beside the image's folder or in it
    7/image.png 7/label.png         beside the image, where files of all folders are called so
"""

import re
from collections.abc import Sequence
from pathlib import Path

from custom.data.affixes import ends_of, is_named, without_suffix
from custom.data.names import IMAGE_FOLDERS, NO_NAMES, Names
from custom.files import split_suffix

OF_LABELS = re.compile(
    r"((1st|2nd)_)?(masks?|cp_masks|labels?(tr|ts)?|seg|segmentations?|gt|ground_?truths?|truths?|manual\d*|annotations?|"
    r"instances?|fov|field_of_view)",
    re.IGNORECASE,
)
OF_IMAGES = (*IMAGE_FOLDERS, "img", "imagestr", "imagests")
IMAGE_WORDS = ("image", "img", "photo", "raw", "scan", "imaging", "volume")
SEPARATOR = re.compile(r"[_\-. ]")
ANY = "*"
Place = tuple[str, ...]


def partners(files: Sequence[Path], names: Names = NO_NAMES) -> set[Path]:
    """Those that belong to an image among the others.

    Of a folder that is called as one of labels all files do, if one that is called as one of images lies beside it.

    Args:
        files: relative to the folder that holds all of them.
        names: how the set is known to name them.
    """
    whole = _label_folders({folder for file in files for folder in file.parents[:-1]}, names)
    below = {file for file in files if not whole.isdisjoint(file.parents)}
    rest = [file for file in files if file not in below]
    images = {place for file in rest if not _label_depths(file, names) for place in _places(file)}
    return below | {file for file in rest if not images.isdisjoint(_owners(file, names))}


def _label_folders(folders: set[Path], names: Names) -> set[Path]:
    known = {*OF_IMAGES, Path(names.image_folder).name.lower()}
    with_images = {folder.parent for folder in folders if folder.name.lower() in known}
    return {folder for folder in folders if _is_of_labels(folder.name, names) and folder.parent in with_images}


def _is_of_labels(folder: str, names: Names) -> bool:
    if folder == Path(names.image_folder).name:  # labels may lie there too, and are told by their own names
        return False
    known = {Path(name).name for name in (names.label_folder, names.field_folder)} - {""}
    return folder in known or bool(OF_LABELS.fullmatch(folder))


def _label_depths(file: Path, names: Names) -> list[int]:
    return [depth for depth, part in enumerate(file.parts[:-1]) if _is_of_labels(part, names)]


def _places(file: Path) -> set[Place]:
    """Where an image lies: as it is, and with any name for one of its folders."""
    folders, stem = file.parts[:-1], split_suffix(file.name)[0]
    return {(*folders, stem)} | {(*folders[:depth], ANY, *folders[depth + 1 :], stem) for depth in range(len(folders))}


def _owners(file: Path, names: Names) -> set[Place]:
    """Where the image lies that a file belongs to, if it belongs to one."""
    folders, stem = file.parts[:-1], split_suffix(file.name)[0]
    bases = _bases(stem, names)
    found = {(*folders, image) for base in bases for image in _called(base, names)}
    if stem in (names.label_suffix, names.field_suffix) or OF_LABELS.fullmatch(stem):
        found |= {(*folders, image) for image in (*IMAGE_WORDS, names.image_suffix)}
    for depth in _label_depths(file, names):
        others = {(*folders[:depth], *between, *folders[depth + 1 :]) for between in ((), (ANY,))}
        found |= {(*place, image) for base in {stem, *bases} for image in _called(base, names) for place in others}
    return found - {(*folders, stem)}


def _bases(stem: str, names: Names) -> set[str]:
    """What is left of a name without what tells that it is a label's."""
    cuts = [(stem[: cut.start()], stem[cut.end() :]) for cut in SEPARATOR.finditer(stem)]
    behind = {base for base, word in cuts if base and OF_LABELS.fullmatch(word)}
    before = {base for word, base in cuts if base and OF_LABELS.fullmatch(word)}
    known = [suffix for suffix in (names.label_suffix, names.field_suffix) if suffix and is_named(Path(stem), (suffix,))]
    return behind | before | {without_suffix(Path(stem), (suffix,)).name for suffix in known}


def _called(base: str, names: Names) -> set[str]:
    """What an image may be called, of whose name a label's has the base."""
    start, end = ends_of(names.image_suffix)
    words = {text for word in IMAGE_WORDS for sign in "_-" for text in (f"{base}{sign}{word}", f"{word}{sign}{base}")}
    return {base, f"{start}{base}{end}"} | words
