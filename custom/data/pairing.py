"""Which label belongs to which image: by the same name in two folders or side by side, but for their suffixes.

::

    DIR/images/a/scan_1.jpg          DIR/a/scan_1.png
    DIR/labels/a/scan_1.png          DIR/a/scan_1_mask.png
"""

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from custom.data.images import RESULTS, in_numeric_order, is_picture, split_suffix
from custom.data.stacks import unpacked_stack

IMAGE_FOLDERS = ("images", "image", "imgs")
LABEL_FOLDERS = ("labels", "label", "masks", "mask", "instances")
STACK_NAMES = ("train-volume.tif", "train-labels.tif")


class Pairing(NamedTuple):
    """Folders of images and labels, and the files of each by their path relative to it, without suffixes."""

    image_root: Path
    label_root: Path
    images: dict[Path, Path]
    labels: dict[Path, Path]


def pair_files(
    root: Path, image_folder: str = "", label_folder: str = "", image_suffix: str = "", label_suffix: str = "_mask"
) -> Pairing:
    """Images and labels of a folder in numeric order; those that belong together have one name.

    Args:
        root: the folder.
        image_folder: as for `custom.data.folder_images`, like the others.
        label_folder: see there.
        image_suffix: see there.
        label_suffix: see there.

    Raises:
        ValueError: if a folder is missing or its role is not clear, or two files have one name.
    """
    image_root, label_root = _two_folders(root, image_folder, label_folder) or (root, root)
    if image_root == label_root and not label_suffix:
        raise ValueError("label_suffix must not be empty where labels lie beside images")
    images, labels = _by_name(image_root), _by_name(label_root)
    if image_root == label_root:
        labels = {name: path for name, path in labels.items() if name.name.endswith(label_suffix)}
        images = {name: path for name, path in images.items() if name not in labels and not name.name.endswith(RESULTS)}
    images = {name: path for name, path in images.items() if name.name.endswith(image_suffix)}
    return Pairing(image_root, label_root, _without(image_suffix, images), _without(label_suffix, labels, images.keys()))


def challenge_stacks(root: Path) -> list[Path]:
    """The stacks of images and of labels as the ISBI 2012 challenge names them, where both are there; else none."""
    stacks = [root / name for name in STACK_NAMES]
    return stacks if all(stack.is_file() for stack in stacks) else []


def _two_folders(root: Path, image_folder: str = "", label_folder: str = "") -> tuple[Path, Path] | None:
    """The folders of images and of labels: the challenge's stacks, the given ones, or those of a known name; else None.

    Raises:
        ValueError: if a folder is missing, or several have a known name, or one is given without the other.
    """
    if bool(image_folder) != bool(label_folder):
        raise ValueError("image_folder and label_folder must be given together, or neither")
    stacks = challenge_stacks(root)
    if stacks and not image_folder:
        return unpacked_stack(stacks[0]), unpacked_stack(stacks[1])
    found = _folder(root, image_folder, IMAGE_FOLDERS), _folder(root, label_folder, LABEL_FOLDERS)
    return found if root not in found else None


def _folder(root: Path, given: str, known: tuple[str, ...]) -> Path:
    """The given folder, or the only one of a known name, or else the root itself."""
    if given:
        if Path(given).is_absolute() or ".." in Path(given).parts:
            raise ValueError(f"image_folder and label_folder must be names in dataset_dir, got {given!r}")
        if not (root / given).is_dir():
            raise ValueError(f"dataset_dir: no folder {given!r} in {str(root)!r}")
        return root / given
    found = [folder for folder in subfolders(root) if folder.name.lower() in known]
    if len(found) > 1:
        names = ", ".join(folder.name for folder in found)
        raise ValueError(f"dataset_dir: {str(root)!r} has the folders {names}; say which with image_folder and label_folder")
    return found[0] if found else root


def subfolders(root: Path) -> list[Path]:
    """The folders in a folder, sorted, hidden ones aside."""
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _by_name(folder: Path) -> dict[Path, Path]:
    """All images of a folder and those below it, by their path relative to it without that of the format."""
    found = sorted((path for path in folder.rglob("*") if is_picture(path, folder)), key=in_numeric_order)
    return _named((path.relative_to(folder).with_name(split_suffix(path.name)[0]), path) for path in found)


def _without(suffix: str, files: Mapping[Path, Path], whole: Container[Path] = ()) -> dict[Path, Path]:
    """The files by names without the suffix, those of `whole` aside."""
    return _named((name if name in whole else _without_suffix(name, suffix), path) for name, path in files.items())


def _without_suffix(name: Path, suffix: str) -> Path:
    """The name without the suffix, if it has it and something before it."""
    return name.with_name(name.name.removesuffix(suffix) or name.name)


def _named(files: Iterable[tuple[Path, Path]]) -> dict[Path, Path]:
    named: dict[Path, Path] = {}
    for name, path in files:
        if name in named:
            raise ValueError(f"{path}: has the same name as {named[name].name}; remove one of them")
        named[name] = path
    return named
