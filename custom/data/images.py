"""What a `dataset_dir` names for prediction: images, found by their names and checked before their pixels are decoded."""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TypedDict

from custom.data.image_files import NIFTI_SUFFIXES, PIL_SUFFIXES, check_intensities, read_header
from custom.data.stacks import is_stack, unpacked_stack
from custom.door import one_line_errors

SUFFIXES = (*NIFTI_SUFFIXES, *PIL_SUFFIXES)
RESULTS = ("_mask", "_instances", "_overlay", "_probability")


class NamedImage(TypedDict):
    """An image to predict: the path of its file, and the name of its results, relative to the folder that holds them."""

    image: str
    name: str


@one_line_errors
def list_images(dataset_dir: str | Path = "") -> list[NamedImage]:
    """The TIFF, PNG, JPEG and NIfTI files of a folder and those below it, or one file; in the order of their numbers.

    Masks and other results of a prediction (`RESULTS`) and hidden files are no images. A name is the file's path without its
    suffix; files of a folder that would then share one keep it: `a.png` and `a.jpg`. Of a TIFF with several pages each page is
    an image, from a file of its own in the user's cache: `a/0`, `a/1` …

    Args:
        dataset_dir: a file or folder; empty for one patient of the simulated phantom set, which is said in one line.

    Raises:
        ValueError: if there is no such file or folder, or no image in it.
    """
    path = Path(str(dataset_dir)).expanduser() if dataset_dir != "" else _phantom_patient()
    if not path.exists():
        raise ValueError(f"dataset_dir: no file or folder {str(path)!r}")
    root, found = (path, path.rglob("*")) if path.is_dir() else (path.parent, iter([path]))
    images = sorted((image.relative_to(root) for image in found if _is_image(image, root)), key=in_numeric_order)
    if not images:
        kinds = ", ".join(SUFFIXES)
        raise ValueError(f"dataset_dir: {str(path)!r} holds no images ({kinds}); results such as *_mask do not count")
    named = zip(images, _names(images), strict=True)
    return [{"image": str(page), "name": path} for image, name in named for page, path in _pages(root / image, name)]


def split_suffix(name: str) -> tuple[str, str]:
    """A file's name in two: `("scan.1", ".nii.gz")`; the suffix is empty if it is none that can be read."""
    suffix = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    cut = len(name) - len(suffix)
    return name[:cut], name[cut:]


def check_image(path: str, in_channels: int | None) -> None:
    """Makes sure, from its header, that the network can take an image; with None, of whatever number of channels.

    Raises:
        ValueError: if the file is unreadable or holds several pages, or its axes or channels do not fit.
    """
    header = read_header(path)
    if not path.lower().endswith(NIFTI_SUFFIXES):
        check_intensities(path)
    if in_channels not in (None, header.channels):
        raise ValueError(f"wrong channel count {header.channels}, the network takes {in_channels} as input_channels")


def _phantom_patient() -> Path:
    # Imported here, since it needs torch, which `custom.data` does without.
    from custom.data.phantom import phantom_lgg

    patient = min(folder for folder in (phantom_lgg() / "kaggle_3m").iterdir() if folder.is_dir())
    print(
        f"No dataset_dir: predicting a SIMULATED patient in {patient}; for your own: --dataset_dir FILE_OR_FOLDER",
        file=sys.stderr,
    )
    return patient


def _is_image(path: Path, root: Path) -> bool:
    return is_picture(path, root) and not split_suffix(path.name)[0].endswith(RESULTS)


def is_picture(path: Path, root: Path) -> bool:
    """Whether a path below `root` is a file of a known format, image or mask, and not hidden."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.relative_to(root).parts)
    return bool(split_suffix(path.name)[1]) and not hidden and not path.is_dir()


def in_numeric_order(path: Path) -> list[list[str | int]]:
    """A key for sorting: `a_2` before `a_10`: digits, which `split` puts at every odd place, compare as numbers."""
    parts = [re.split(r"(\d+)", part) for part in path.parts]
    return [[int(text) if place % 2 else text for place, text in enumerate(part)] for part in parts]


def _pages(path: Path, name: str) -> list[tuple[Path, str]]:
    """The image itself, or the pages of a stack, each with its name."""
    try:
        pages = (
            unpacked_stack(path).iterdir() if split_suffix(path.name)[1].lower() in (".tif", ".tiff") and is_stack(path) else ()
        )
    except ValueError:  # what is broken is told when it is its turn
        pages = ()
    return [(page, f"{name}/{page.stem}") for page in sorted(pages, key=in_numeric_order)] or [(path, name)]


def _names(images: list[Path]) -> list[str]:
    """Each path without its suffix, or with it where the shorter one might be another's name."""
    shorter = [str(image.with_name(split_suffix(image.name)[0])) for image in images]
    # Counted in lower case, since not every file system tells `a` from `A`.
    taken = Counter(name.lower() for name in shorter) + Counter(str(image).lower() for image in images)
    return [name if taken[name.lower()] == 1 else str(image) for name, image in zip(shorter, images, strict=True)]
