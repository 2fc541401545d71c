"""What a group of files shows: images, labels, or the field of view; by a few of them, and by what they are called."""

import re
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from custom.files import count_pages, format_of, read_image, read_label
from custom.files.errors import named
from custom.init.naming import Group
from custom.init.pixels import evenly

LABEL_WORDS = (
    "mask",
    "msk",
    "label",
    "seg",
    "gt",
    "truth",
    "groundtruth",
    "manual",
    "annot",
    "instance",
    "target",
    "contour",
    "roi",
)
IMAGE_WORDS = ("image", "img", "photo", "scan", "raw", "picture", "input", "slice")
FIELD_WORDS = ("fov", "field", "view")
FEW_VALUES = 3
FLAT = 0.9  # share of neighbouring pixels that are equal in labels of classes or objects
LOOKED_AT = 4


class Called(IntEnum):
    """What files are called as; in a rank of pairs a word for labels weighs more than one for images."""

    IMAGES = -1
    NOTHING = 0
    LABELS = 2


def looks_like_labels(group: Group) -> bool:
    """Whether a few of the files hold whole numbers in flat areas, as labels do."""
    return all(map(_is_flat, map(str, _some(group))))


def looks_like_images(group: Group) -> bool:
    """Whether files that are not called labels are called images, or look like pictures."""
    name = called(group)
    return name is Called.IMAGES or (name is Called.NOTHING and looks_like_pictures(group))


def are_alike(images: Group, labels: Group) -> bool:
    """Whether both are called images and look like labels, as masks called `_raw1` and `_raw2` do."""
    return called(labels) is called(images) is Called.IMAGES and not looks_like_pictures(images)


def looks_like_pictures(group: Group) -> bool:
    """Whether a few of the files hold neither flat areas nor those of a few colours."""
    return not (looks_like_labels(group) or all(map(is_coloured, _some(group))))


def is_field_of_view(group: Group) -> bool:
    """Whether masks mark a single large area in each image, and are called field of view or nearly the same everywhere."""
    masks = [mask for path in _some(group) if (mask := _mask(str(path))) is not None]
    if len(masks) < 2 or any(mask.mean() < 0.3 or mask.all() or _largest_share(mask) < 0.98 for mask in masks):
        return False
    first, *others = map(_of_one_size, masks)
    alike = all((mask & first).sum() > 0.9 * (mask | first).sum() for mask in others)
    return alike or any(word in FIELD_WORDS for word in _words(group))


def called(group: Group) -> Called:
    """What the words of folder and affix say; one for labels counts first."""
    words = _words(group)
    if any(word.startswith(LABEL_WORDS) and not word.endswith("ed") for word in words):  # labeled images are no labels
        return Called.LABELS
    return Called.IMAGES if any(word.startswith(IMAGE_WORDS) for word in words) else Called.NOTHING


def _words(group: Group) -> list[str]:
    return re.findall(r"[a-z]+", f"{Path(group.folder).name} {group.affix}".lower())


def _some(group: Group) -> list[Path]:
    """A few files of the group, from its beginning to its end."""
    files = list(group.files.values())
    return [files[place] for place in evenly(len(files), LOOKED_AT)]


@cache
def _is_flat(path: str) -> bool:
    try:
        values = read_label(_first_page(path)).values
    except ValueError:
        return False
    if values.dtype.kind == "f" and not (values == np.round(values)).all():
        return False
    if np.unique(values).size <= FEW_VALUES:
        return True
    same = (values[1:] == values[:-1]).mean(), (values[:, 1:] == values[:, :-1]).mean()
    return bool(min(same) > FLAT) and bool(values.min() >= -1)


@cache
def _mask(path: str) -> NDArray[np.bool_] | None:
    with named(path):
        values = read_label(_first_page(path)).values
    return values > 0 if values.ndim == 2 and np.unique(values).size == 2 else None


def _of_one_size(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask of any size as (64, 64)."""
    rows, columns = (np.linspace(0, side - 1, 64).astype(int) for side in mask.shape)
    return mask[np.ix_(rows, columns)]


def _first_page(path: str) -> str:
    return f"{path}[0]" if count_pages(path) > 1 else path


def _largest_share(mask: NDArray[np.bool_]) -> float:
    """How much of a mask its largest component is."""
    components, _ = ndimage.label(mask)
    return float(np.bincount(components.ravel())[1:].max() / mask.sum())


@cache
def is_coloured(path: Path) -> bool:
    """Whether a picture holds a few colours in flat areas, as labels do that were painted."""
    if format_of(path).volumes:
        return False
    try:
        image = read_image(_first_page(str(path)))
    except ValueError:
        return False
    if image.header.channels != 3 or image.values.dtype != np.uint8:
        return False
    colours = np.unique(image.values.reshape(-1, 3), axis=0)
    return 1 < len(colours) <= 32 and bool((colours != colours[:, :1]).any())
