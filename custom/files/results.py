"""Results of a prediction as files in the format and geometry of their images, each whole or not there at all.

Arrays have the axes that a network's reader gives: (W, H) of a picture, (X, Y, Z) of a volume.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.files import tiff_writing
from custom.files.formats import format_of, is_volume, split_suffix
from custom.files.kinds import split_page
from custom.files.png import encode_numbers
from custom.files.reading import read_header
from custom.storage.atomic import atomic_path
from custom.storage.whole_file import write_whole


def mask_suffix(path: str) -> str:
    """The suffix of an image's mask: its own, but another where the format would blur a mask or needs two files."""
    file, _ = split_page(path)
    return format_of(file).result or split_suffix(file.name)[1]


def write_mask(labels: NDArray[Any], path: Path, image_path: str, num_classes: int = 1) -> None:
    """The labels of an image in its format, as uint8.

    A picture with one class is stored as {0, 255}, all others hold the labels themselves.

    Args:
        labels: whole numbers, (W, H) of a picture, (X, Y, Z) or (X, Y) of a volume.
        path: the new file.
        image_path: the image, whose geometry a volume takes over.
        num_classes: 1 for a mask, otherwise the number of labels.
    """
    values = labels.astype(np.uint8)
    _write(values * 255 if num_classes == 1 and not is_volume(image_path) else values, path, image_path)


def write_instances(instances: NDArray[Any], path: Path, image_path: str) -> None:
    """The objects of an image in its format, as uint16.

    Args:
        instances: 0 for background, 1 … the objects, (W, H) of a picture, (X, Y, Z) or (X, Y) of a volume.
        path: the new file.
        image_path: the image, whose geometry a volume takes over.

    Raises:
        ValueError: if there are more objects than 65 535.
    """
    if instances.max() > np.iinfo(np.uint16).max:
        raise ValueError(
            f"has {instances.max()} objects, more than 16 bits can number; set a larger min_size_px, or predict parts of it"
        )
    _write(instances.astype(np.uint16), path, image_path)


def probability_suffix(path: str) -> str:
    """The suffix of an image's probabilities: a volume's mask's, but compressed, or TIFF."""
    if not is_volume(path):
        return ".tif"
    suffix = mask_suffix(path)
    return ".nii.gz" if suffix.lower() == ".nii" else suffix


def write_probabilities(probabilities: NDArray[Any], path: Path, image_path: str) -> None:
    """float32: a volume like the image, with several classes (X, Y, Z, K), or TIFF with a page for each class of a picture.

    Args:
        probabilities: (K, W, H) of a picture, (K, X, Y, Z) or (K, X, Y) of a volume, in 0..1.
        path: the new file.
        image_path: the image, whose geometry a volume takes over.
    """
    values = probabilities.astype(np.float32)
    if not is_volume(image_path):
        _new_file(tiff_writing.encode(values.swapaxes(1, 2), _geometry(image_path)), path)
    elif len(values) == 1:
        _write(values[0], path, image_path)
    else:
        _write(np.moveaxis(values if values.ndim == 4 else values[..., None], 0, -1), path, image_path)


def write_picture(picture: NDArray[np.uint8], colours: NDArray[np.uint8], path: Path) -> None:
    """A picture as PNG, of 8 bits a pixel.

    Args:
        picture: numbers (H, W) of colours.
        colours: (256, 3), red, green and blue.
        path: the new file.
    """
    _new_file(encode_numbers(picture, colours), path)


def _write(values: NDArray[Any], path: Path, image_path: str) -> None:
    kind = format_of(path)
    if kind.encode is not None:
        _new_file(kind.encode(values.T, _geometry(image_path)), path)
    else:
        assert kind.write is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            kind.write(values, temporary, read_header(image_path))


def _geometry(image_path: str) -> Any:
    """What the format of a picture says of its place; None if the picture is gone."""
    try:
        return read_header(image_path).grid
    except ValueError:
        return None


def _new_file(content: bytes, path: Path) -> None:
    try:
        write_whole(path, content)
    except FileNotFoundError:  # the first file of a folder
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
