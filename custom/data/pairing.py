"""Which label belongs to which image: by the same name in two folders or side by side, but for their suffixes.

::

    DIR/images/a/scan_1.jpg      DIR/a/scan_1.png             DIR/<id>/images/<id>.png
    DIR/labels/a/scan_1.png      DIR/a/scan_1_mask.png        DIR/<id>/masks/*.png, a file an object
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from custom.data.affixes import files_by_name, is_named, stripped
from custom.data.names import IMAGE_FOLDERS, LABEL_FOLDERS, Names
from custom.files import files_below, is_picture, is_result
from custom.files.instance_folder import MEND
from custom.files.names import HIDDEN

LABEL_SUFFIXES = ("_mask", "_masks", "_cp_masks", ".seg")  # scan.seg.nrrd is 3D Slicer's
STACK_NAMES = ("train-volume.tif", "train-labels.tif")


class Pairing(NamedTuple):
    """Where images and labels lie, and the files of each by their path relative to it, without suffixes.

    `fields` are masks of the field of view, where there are any.
    """

    image_root: Path
    label_root: Path
    images: dict[Path, Path]
    labels: dict[Path, Path]
    fields: Mapping[Path, Path] = MappingProxyType({})


def pair_files(root: Path, names: Names) -> Pairing:
    """Images and labels of a folder in numeric order; those that belong together have one name.

    Raises:
        ValueError: if a folder is missing or its role is not clear, or two files have one name.
    """
    if not names.image_folder:
        known = special_layout(root)
        if known:
            return known
    image_root, label_root = _two_folders(root, names) or (root, root)
    fields = _fields(root, image_root, names)
    images, labels = files_by_name(image_root), files_by_name(label_root)
    suffixes = (names.label_suffix,) if names.label_suffix else LABEL_SUFFIXES
    if image_root == label_root:
        labels = {name: path for name, path in labels.items() if is_named(name, suffixes)}
        images = {name: path for name, path in images.items() if name not in labels and not is_result(path)}
    elif label_root.is_relative_to(image_root):
        images = {name: path for name, path in images.items() if not path.is_relative_to(label_root)}
    seen = set(fields.values())
    images = {name: path for name, path in images.items() if is_named(name, (names.image_suffix,)) and path not in seen}
    labels = {name: path for name, path in labels.items() if path not in seen}
    return Pairing(
        image_root, label_root, stripped((names.image_suffix,), images), stripped(suffixes, labels, images.keys()), fields
    )


def special_layout(root: Path) -> Pairing | None:
    """The stacks of the ISBI 2012 challenge, or folders of masks as Kaggle serves the 2018 Data Science Bowl; else None.

    Raises:
        ValueError: if an image of the latter has no masks, or there are two sets of them.
    """
    return _challenge_stacks(root) or _folders_of_masks(root)


def subfolders(root: Path) -> list[Path]:
    """The folders in a folder, sorted, hidden ones aside."""
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(HIDDEN))


def _challenge_stacks(root: Path) -> Pairing | None:
    """The stacks of images and of labels as the ISBI 2012 challenge names them, where both are there."""
    images, labels = (root / name for name in STACK_NAMES)
    return Pairing(root, root, {Path(): images}, {Path(): labels}) if images.is_file() and labels.is_file() else None


def _folders_of_masks(root: Path) -> Pairing | None:
    """Images with folders of masks, a file an object, as Kaggle serves the 2018 Data Science Bowl; in `root` or one below.

    An image without such a folder, and a second set with masks below, are refused rather than left out in silence.
    """
    sets = [folder for folder in (root, *subfolders(root)) if any(map(_has_masks, subfolders(folder)))]
    if not any(is_picture(path) for folder in sets for path in files_below(folder)):  # but arrays, say
        return None
    if len(sets) > 1:
        raise ValueError(f"dataset_dir: {sets[0]} and {sets[1]} both hold images with masks; name one of them")
    owners = [owner for owner in subfolders(sets[0]) if (owner / "images").is_dir()]
    for owner in owners:
        if not _has_masks(owner):
            raise ValueError(f"{owner}: has images, but no folder masks beside them; remove it, or fetch its masks")
    images = {Path(owner.name): _only_image(owner / "images") for owner in owners}
    return Pairing(sets[0], sets[0], images, {Path(owner.name): owner / "masks" for owner in owners})


def _has_masks(owner: Path) -> bool:
    return (owner / "images").is_dir() and (owner / "masks").is_dir()


def _only_image(folder: Path) -> Path:
    images = [path for path in files_below(folder) if is_picture(path)]
    if len(images) != 1:
        raise ValueError(
            f"{folder}: holds {len(images)} images, but masks/ beside it is taken for the objects of one image; {MEND}, or, of "
            f"one alone, name the folder {str(folder.parent)!r}"
        )
    return images[0]


def _two_folders(root: Path, names: Names) -> tuple[Path, Path] | None:
    """The folders of images and of labels: the given ones, or those of a known name; else None.

    Raises:
        ValueError: if a folder is missing, or several have a known name, or one is given without the other.
    """
    if bool(names.image_folder) != bool(names.label_folder):
        raise ValueError("image_folder and label_folder must be given together, or neither")
    labels = tuple(name for name in LABEL_FOLDERS if name != names.field_folder.lower())
    found = _folder(root, names.image_folder, IMAGE_FOLDERS), _folder(root, names.label_folder, labels)
    return found if names.image_folder or root not in found else None


def _folder(root: Path, given: str, known: tuple[str, ...]) -> Path:
    """The given folder, or the only one of a known name, or else the root itself."""
    if given:
        if Path(given).is_absolute() or ".." in Path(given).parts:
            raise ValueError(f"image_folder, label_folder and field_folder must be names in dataset_dir, got {given!r}")
        if not (root / given).is_dir():
            raise ValueError(f"dataset_dir: no folder {given!r} in {str(root)!r}; name one that is there")
        return root / given
    found = [folder for folder in subfolders(root) if folder.name.lower() in known]
    if len(found) > 1:
        folders = ", ".join(folder.name for folder in found)
        which = "--slices#image_folder and --slices#label_folder"
        raise ValueError(f"dataset_dir: {str(root)!r} has the folders {folders}; say which with {which}")
    return found[0] if found else root


def _fields(root: Path, image_root: Path, names: Names) -> dict[Path, Path]:
    if not names.field_folder and not names.field_suffix:
        return {}
    found = files_by_name(_folder(root, names.field_folder, ()) if names.field_folder else image_root)
    suffixes = (names.field_suffix,)
    return stripped(suffixes, {name: path for name, path in found.items() if is_named(name, suffixes)})
