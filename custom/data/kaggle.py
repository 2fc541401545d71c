"""The LGG set as Kaggle serves it, as a datalist."""

import os
import re
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path

from custom.data.datalist import Slice

SLICE_NAME = re.compile(r"(?P<patient_id>.+)_(?P<slice_index>\d+)\.(tif|tiff|png)", re.IGNORECASE)


def kaggle_lgg(dataset_dir: str | Path) -> list[Slice]:
    """Slices of the LGG set in the layout that Kaggle serves, by patient and, within a patient, in numeric order.

    Each mask is found from its image's name, never from the order of files: `_1.tif` sorts before `_10.tif`, but
    `_10_mask.tif` before `_1_mask.tif`. Files that are not `<patient>/<patient>_<n>.tif` (or .tiff, .png) are ignored.

    Args:
        dataset_dir: the folder `kaggle_3m`, or one above it; see `kaggle_folder`.

    Raises:
        ValueError: if the folder does not exist or holds no slices, an image has no mask, or two files of a patient bear
            the same number; the message names the file.
        OSError: if the folder of a patient may not be read.
    """
    if not Path(dataset_dir).is_dir():
        raise ValueError(f"dataset_dir: no folder {str(dataset_dir)!r}; `python -m custom download lgg` fetches the LGG set")
    folder = kaggle_folder(dataset_dir)
    if folder is None:
        raise ValueError(
            f"dataset_dir: {str(dataset_dir)!r} holds no <patient>/<patient>_<n>.tif, nor a kaggle_3m that does; "
            "of other names, `python -m custom init` makes the settings"
        )
    _check_readable(folder)
    slices = sorted(map(_slice, _image_paths(folder)), key=lambda item: (item["patient_id"], item["slice_index"]))
    for one, other in pairwise(slices):
        if (one["patient_id"], one["slice_index"]) == (other["patient_id"], other["slice_index"]):
            raise ValueError(f"{other['image']}: has the same slice number as {Path(one['image']).name}; remove one of them")
    return slices


def kaggle_folder(dataset_dir: str | Path) -> Path | None:
    """The folder that holds `<patient>/<patient>_<n>.tif`: `dataset_dir`, or the nearest `kaggle_3m` at most 3 levels below.

    Only one, because the archive holds the set twice (`kaggle_3m` and `lgg-mri-segmentation/kaggle_3m`). None if there is none.
    """
    root = Path(dataset_dir)
    below = (folder for pattern in ("kaggle_3m", "*/kaggle_3m", "*/*/kaggle_3m") for folder in sorted(root.glob(pattern)))
    return next((folder for folder in chain([root], below) if any(_image_paths(folder))), None)


def patient_of_slice(path: Path) -> str:
    """The patient whose slice a file is by its name, `<patient>/<patient>_<n>.tif` (or .tiff, .png); empty for other files."""
    match = SLICE_NAME.fullmatch(path.name)
    return path.parent.name if match and match["patient_id"] == path.parent.name else ""


def _image_paths(folder: Path) -> Iterator[Path]:
    for path in folder.glob("*/*"):
        if patient_of_slice(path):
            yield path


def _check_readable(folder: Path) -> None:
    """Lists each folder in a folder: `glob` leaves out in silence what may not be read."""
    for part in folder.iterdir():
        if part.is_dir():
            os.listdir(part)


def _slice(image: Path) -> Slice:
    label = image.with_name(f"{image.stem}_mask{image.suffix}")
    if not label.is_file():
        raise ValueError(f"{image}: no mask {label.name} beside it; add it, or remove the image")
    patient_id, _, number = image.stem.rpartition("_")
    return {"image": str(image), "label": str(label), "patient_id": patient_id, "slice_index": int(number)}
