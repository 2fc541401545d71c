"""A folder of masks, one file an object, as Kaggle serves the truth of the 2018 Data Science Bowl: read as instances."""

from pathlib import Path

import numpy as np

from custom.files import rasters
from custom.files.kinds import Header, Image
from custom.files.labels import one_channel

SUFFIX = ".png"
MEND = "if each image has a label of its own, put them into images/<patient>/ and masks/<patient>/ of one folder"


def header(path: Path) -> Header:
    """The header of the instances that a folder's masks make.

    Raises:
        ValueError: if the folder holds no PNG, or the first cannot be read.
    """
    masks = _masks(path)
    return Header(rasters.header(masks[0]).size, 1, np.dtype(np.uint16))


def image(path: Path, page: int = 0) -> Image:
    """Instances (H, W): 0 where no mask is set, elsewhere 1, 2 … in the order of the files' names.

    Raises:
        ValueError: if the folder holds no PNG or too many, or masks are unlike in size, coloured, or hold several values.
    """
    found = header(path)
    instances = np.zeros(found.size, found.dtype)
    for number, mask in enumerate(_masks(path), 1):
        values = one_channel(rasters.image(mask)).values
        if values.shape != found.size:
            raise ValueError(
                f"{mask.name} in it has the shape {values.shape}, the others {found.size}; all must be as large as the image"
            )
        marked = values > 0
        if (values[marked] != values.max()).any():
            raise ValueError(f"{mask.name} in it holds several values, not those of one object; {MEND}")
        instances[marked] = number
    return Image(found, instances)


def masks_in(path: Path) -> list[Path]:
    """The masks in a folder of them, sorted; none of what is no folder."""
    files = path.iterdir() if path.is_dir() else ()
    return sorted(mask for mask in files if mask.name.lower().endswith(SUFFIX) and not mask.name.startswith("."))


def _masks(path: Path) -> list[Path]:
    masks = masks_in(path)
    if not masks:
        raise ValueError("is a folder without PNG masks; add one for each object, or take the folder away")
    if len(masks) > np.iinfo(np.uint16).max:
        raise ValueError(f"holds {len(masks)} masks, more than 16 bits can number; cut the image into parts")
    return masks
