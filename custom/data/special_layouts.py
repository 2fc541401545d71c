"""Layouts that are told by the names of their files alone: stacks of a challenge, and folders of masks, a file an object."""

from pathlib import Path

from custom.data.affixes import subfolders
from custom.files import files_below, is_picture
from custom.files.instance_folder import MEND

STACK_NAMES = ("train-volume.tif", "train-labels.tif")
Files = tuple[dict[Path, Path], dict[Path, Path]]  # images and labels, by name


def special_layout(root: Path) -> Files | None:
    """The stacks of the ISBI 2012 challenge, or folders of masks as Kaggle serves the 2018 Data Science Bowl; else None.

    Raises:
        ValueError: if an image of the latter has no masks, or there are two sets of them.
    """
    return _challenge_stacks(root) or _folders_of_masks(root)


def _challenge_stacks(root: Path) -> Files | None:
    """The stacks of images and of labels as the ISBI 2012 challenge names them, where both are there."""
    images, labels = (root / name for name in STACK_NAMES)
    return ({Path(): images}, {Path(): labels}) if images.is_file() and labels.is_file() else None


def _folders_of_masks(root: Path) -> Files | None:
    """Images with folders of masks, a file an object, as Kaggle serves the 2018 Data Science Bowl; in `root` or one below.

    An image without such a folder, and a second set with masks below, are refused rather than left out in silence.
    """
    sets = [folder for folder in (root, *subfolders(root)) if any(map(_has_masks, subfolders(folder)))]
    if not any(is_picture(path) for folder in sets for path in files_below(folder)):  # but arrays, say
        return None
    if len(sets) > 1:
        raise ValueError(f"dataset_dir: {sets[0]} and {sets[1]} both hold images with masks; name one of them")
    owners = [owner for owner in subfolders(sets[0]) if (owner / "images").is_dir()]
    if len(owners) > 2 and all(sum(map(is_picture, files_below(owner / "images"))) > 1 for owner in owners):
        return None  # each image has a label of its own
    for owner in owners:
        if not _has_masks(owner):
            raise ValueError(f"{owner}: has images, but no folder masks beside them; remove it, or fetch its masks")
    images = {Path(owner.name): _only_image(owner / "images") for owner in owners}
    return images, {Path(owner.name): owner / "masks" for owner in owners}


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
