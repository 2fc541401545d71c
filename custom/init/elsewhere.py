"""How a folder names its files, where not as expected: a folder to check, or one to score a run on."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custom.data.kaggle import kaggle_folder
from custom.data.names import NO_NAMES, Names
from custom.data.pairing import pair_files
from custom.init.layout import DOUBT, find_layout

FOLDER_IMAGES = "custom.targets.folder_images"


def names_to_check(folder: Path) -> Names:
    """How a folder names its files: the usual names, unless no image has a label by them and others are found.

    Args:
        folder: which may hold anything, or not exist.

    Raises:
        ValueError: if nothing in it looks like images with labels, or only a folder in it does.
    """
    if not folder.is_dir() or kaggle_folder(folder) is not None:
        return NO_NAMES
    try:
        found = pair_files(folder, NO_NAMES)
    except ValueError:  # the check reports it
        return NO_NAMES
    paired = found.images.keys() & found.labels.keys()
    return NO_NAMES if paired or not found.images else _found(folder)[0]


def settings_elsewhere(folder: Path, slices: Mapping[str, Any]) -> dict[str, Any]:
    """The settings by which a folder is read, where its names differ from those of a run's set; none if they fit.

    A mask of the field of view counts if it did in the training.

    Args:
        folder: with images and labels.
        slices: the component of the run's config that reads its set.

    Raises:
        ValueError: if nothing in the folder looks like images with labels, or only a folder in it does, or the only labels look
            like fields of view.
    """
    if slices.get("_target_") != FOLDER_IMAGES:
        return {}
    known = Names(**{name: str(slices.get(name, "")) for name in Names._fields})
    if not folder.is_dir() or _fit(folder, known, slices.get("only_pairs") is True):
        return {}
    names, doubtful = _found(folder)
    if doubtful:
        others = {name: text for name, text in names._asdict().items() if text != getattr(known, name)}
        given = " ".join(f"--slices#{name} {shlex.quote(text)}" for name, text in others.items())
        raise ValueError(f"dataset_dir: {folder}: {DOUBT}; if they are labels, add {given}")
    counted = bool(known.field_folder or known.field_suffix) and slices.get("ignore_outside") is not False
    if not counted and not names.field_beside:
        names = names._replace(field_folder="", field_suffix="")
    return {**{f"slices#{name}": value for name, value in names._asdict().items()}, "slices#ignore_outside": counted}


def _found(folder: Path) -> tuple[Names, bool]:
    """The names in a folder, and whether its labels may be fields of view."""
    layout = find_layout(folder)
    if layout.kind != "folder" or layout.root != folder.absolute():
        raise ValueError(f"dataset_dir: images with labels lie in {layout.root}; name that folder, or another with both")
    return layout.names, layout.doubtful


def _fit(folder: Path, names: Names, only_pairs: bool) -> bool:
    try:
        found = pair_files(folder, names)
    except ValueError:
        return False
    both = found.images.keys() & found.labels.keys()
    return bool(both) if only_pairs else bool(both) and found.images.keys() == found.labels.keys()
