"""Files that belong to images: their labels and masks of the field of view, told by names alone.

::

    scan_1.png  scan_1_fov.png      beside the image, with a word behind or before what both are called
    p_flair.nii  p_t1.nii  p_seg.nii    one label for several images of a patient
    raw/a.png   gt/a.png            in a folder that is called so, beside the image's folder or in it
    7/image.png 7/label.png         beside the image, where files of all folders are called so
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from custom.data.affixes import DEEP, SEPARATOR, above, is_deep, is_named, without_suffix
from custom.data.names import IMAGE_FOLDERS, NO_NAMES, Names
from custom.files import split_suffix

OF_LABELS = re.compile(
    r"((1st|2nd)_)?(masks?|cp_masks|labels?(tr|ts)?|seg|segmentations?|gt|ground_?truths?|truths?|manual\d*|annotations?|"
    r"instances?|fov|field_of_view)",
    re.IGNORECASE,
)
OF_IMAGES = (*IMAGE_FOLDERS, "img", "imagestr", "imagests")
OF_AN_IMAGE = re.compile(
    r"images?|imaging|img|photo|raw|scan|volume|000\d|flair|t[12]|t1(w|c|ce|gd|n|post)|t2(w|f|star)|pdw?|adc|dwi|swi|ct|pet|dapi|phase",
    re.IGNORECASE,
)
ANY = "*"
Place = tuple[str, ...]


def partners(files: Sequence[Path], names: Names = NO_NAMES) -> set[Path]:
    """The files that are labels or fields of view of images among the others.

    All files are in a folder whose name is one for labels, if a folder with a name for images lies beside it.

    Args:
        files: relative to the folder that holds all of them.
        names: how the set is known to name them.
    """
    whole = _label_folders({folder for file in files for folder in file.parents[:-1]}, names)
    below = {file for file in files if not whole.isdisjoint(file.parents)}
    rest = [file for file in files if file not in below]
    images = {place for file in rest if not _label_depths(file, names) for place in _places(file, names)}
    return below | {file for file in rest if not images.isdisjoint(_owners(file, names))}


def _label_folders(folders: set[Path], names: Names) -> set[Path]:
    known = {*OF_IMAGES, _last(names.image_folder).lower()}
    with_images = {folder.parent for folder in folders if folder.name.lower() in known}
    return {folder for folder in folders if _is_of_labels(folder.name, names) and folder.parent in with_images}


@lru_cache(1024)
def _is_of_labels(folder: str, names: Names) -> bool:
    if folder == _last(names.image_folder):  # labels may lie there too, and are told by their own names
        return False
    known = {_last(name) for name in (names.label_folder, names.field_folder)} - {""}
    in_each = tuple(name for name in known if ANY in name)  # `GT_*`
    return folder in known or is_named(Path(folder), in_each) or bool(OF_LABELS.fullmatch(folder))


def _last(folder: str) -> str:
    """The innermost folder of a name or pattern."""
    return Path(above(folder)).name


def _label_depths(file: Path, names: Names) -> list[int]:
    return [depth for depth, part in enumerate(file.parts[:-1]) if _is_of_labels(part, names)]


def _places(file: Path, names: Names) -> set[Place]:
    """Where an image lies: by its name and what is left of it, in its folders and with any name for one or all of them."""
    folders, stem = file.parts[:-1], split_suffix(file.name)[0]
    called = {stem, *_bases(stem, OF_AN_IMAGE, (names.image_suffix,))}
    around = [folders, *((*folders[:depth], ANY, *folders[depth + 1 :]) for depth in range(len(folders)))]
    around += [(DEEP,)] * is_deep(names.image_folder)
    return {(*place, base.lower()) for place in around for base in called}


def _owners(file: Path, names: Names) -> set[Place]:
    """Where the image of a file may lie, if the file is a label or field of view by its name."""
    folders, stem = file.parts[:-1], split_suffix(file.name)[0]
    bases = _bases(stem, OF_LABELS, (names.label_suffix, names.field_suffix))
    found = {(*folders, base.lower()) for base in bases}
    for depth in _label_depths(file, names):
        others = {(*folders[:depth], *between, *folders[depth + 1 :]) for between in ((), (ANY,))} | {folders[:depth]}
        found |= {(*place, base.lower()) for base in {stem, *bases} for place in others}
    named = names.label_suffix and is_named(Path(stem), (names.label_suffix,))
    if is_deep(names.image_folder) and (named or _label_depths(file, names)):
        found |= {(DEEP, base.lower()) for base in {stem, *bases}}
    found |= {(*place, base.lower()) for place in _known_places(folders, names) for base in {stem, *bases}}
    return found - {(*folders, stem.lower())}


def _known_places(folders: Place, names: Names) -> list[Place]:
    """The folders that hold the images of labels in these folders, by the names in the set of the run, also in its other parts.

    After `leftImg8bit/train` and `gtFine/train`, labels in `gtFine/val/a` belong to images in `leftImg8bit/val/a`.
    """
    images, labels = Path(names.image_folder).parts, Path(names.label_folder).parts
    while images and labels and images[-1] == labels[-1]:
        images, labels = images[:-1], labels[:-1]
    depths = range(len(folders) - len(labels) + 1) if labels else ()
    return [
        (*folders[:depth], *images, *folders[depth + len(labels) :])
        for depth in depths
        if folders[depth : depth + len(labels)] == labels
    ]


def _bases(stem: str, words: re.Pattern[str], affixes: tuple[str, ...]) -> set[str]:
    """What is left of a name without a word or an affix that tells the kind of file; "" where nothing is left."""
    if words.fullmatch(stem) or stem in affixes:
        return {""}
    cuts = [(stem[: cut.start()], stem[cut.end() :]) for cut in SEPARATOR.finditer(stem)]
    behind = {base for base, word in cuts if base and words.fullmatch(word)}
    before = {base for word, base in cuts if base and words.fullmatch(word)}
    known = [affix for affix in affixes if affix and is_named(Path(stem), (affix,))]
    return behind | before | {without_suffix(Path(stem), (affix,)).name for affix in known}
