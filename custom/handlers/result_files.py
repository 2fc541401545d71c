"""Results of a prediction as files in the format and geometry of their images, each whole or not there at all."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from custom.atomic import atomic_path
from custom.data.image_files import NIFTI_SUFFIXES
from custom.data.images import split_suffix


def is_volume(path: str) -> bool:
    """Whether an image is NIfTI, not a slice."""
    return path.lower().endswith(NIFTI_SUFFIXES)


def mask_suffix(path: str) -> str:
    """The suffix of an image's mask: its own, but PNG for JPEG, which would blur a mask."""
    suffix = split_suffix(path)[1]
    return ".png" if suffix.lower() in (".jpg", ".jpeg") else suffix


def write_mask(labels: NDArray[Any], path: Path, image_path: str, num_classes: int = 1) -> None:
    """The labels of an image in its format, as uint8.

    A slice with one class is stored as {0, 255}, all others hold the labels themselves.

    Args:
        labels: whole numbers, (W, H) of a slice, (H, W, D) or (H, W) of NIfTI.
        path: of the new file.
        image_path: of the image, whose affine and header a volume takes over.
        num_classes: 1 for a mask, otherwise the number of labels.
    """
    values = labels.astype(np.uint8)
    if is_volume(image_path):
        _write_volume(values, path, image_path)
    else:
        _write_slice([values * 255 if num_classes == 1 else values], path)


def write_instances(instances: NDArray[Any], path: Path, image_path: str) -> None:
    """The objects of an image in its format, as uint16; arguments as for `write_mask`.

    Raises:
        ValueError: if there are more objects than 65 535.
    """
    if instances.max() > np.iinfo(np.uint16).max:
        raise ValueError(f"has {instances.max()} objects, more than 16 bits can number")
    values = instances.astype(np.uint16)
    if is_volume(image_path):
        _write_volume(values, path, image_path)
    else:
        _write_slice([values], path)


def write_probabilities(probabilities: NDArray[Any], path: Path, image_path: str) -> None:
    """float32: NIfTI like the image, with several classes (H, W, D, K), or TIFF with a page for each class of a slice.

    Args:
        probabilities: (K, W, H) of a slice, (K, H, W, D) or (K, H, W) of NIfTI, in 0..1.
        path: of the new file.
        image_path: of the image, whose affine and header a volume takes over.
    """
    values = probabilities.astype(np.float32)
    if is_volume(image_path):
        of_classes = np.moveaxis(values if values.ndim == 4 else values[..., None], 0, -1)
        _write_volume(values[0] if len(values) == 1 else of_classes, path, image_path)
    else:
        _write_slice(list(values), path)


def write_picture(picture: NDArray[np.uint8], path: Path) -> None:
    """An RGB picture (H, W, 3) as PNG."""
    with _new_file(path) as temporary:
        Image.fromarray(picture).save(temporary)


def _write_slice(pages: list[NDArray[Any]], path: Path) -> None:
    # The reader gives (W, H); a picture has rows first.
    first, *others = (Image.fromarray(np.ascontiguousarray(page.T)) for page in pages)
    options: dict[str, Any] = {"save_all": True, "append_images": others} if others else {}
    with _new_file(path) as temporary:
        first.save(temporary, **options)


def _write_volume(values: NDArray[Any], path: Path, image_path: str) -> None:
    source: Any = nibabel.load(image_path)
    axes = min(len(source.shape), 3)
    if values.shape[:axes] != source.shape[:3]:
        raise ValueError(f"the prediction has shape {values.shape[:3]}, the image {source.shape[:3]}")
    header = source.header.copy()
    header.set_data_dtype(values.dtype)
    header["cal_min"], header["cal_max"] = 0, 0
    result = type(source)(values, source.affine, header)
    with _new_file(path) as temporary:
        nibabel.save(result, temporary)


def _new_file(path: Path) -> AbstractContextManager[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return atomic_path(path)
