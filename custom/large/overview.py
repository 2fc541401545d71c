"""A picture of the whole image with the outlines of what was found."""

import io
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from PIL import Image

from custom.figures import overlay
from custom.large.settings import Settings

LARGEST_PX = 2048


def overview(settings: Settings) -> bytes:
    """A PNG of the middle slice of the first time point, at most 2048 px wide and high."""
    root = zarr.open_group(settings.out, mode="r")
    labels_axes = settings.axes.replace("c", "")
    labels = _slice(root[f"labels/segmentation/{settings.levels - 1}"], labels_axes)
    image = _slice(root[str(settings.levels - 1)], settings.axes)
    every = -(-max(labels.shape) // LARGEST_PX)
    file = io.BytesIO()
    Image.fromarray(overlay(image[::every, ::every], labels[::every, ::every])).save(file, "PNG")
    return file.getvalue()


def _slice(array: Any, axes: str) -> NDArray[Any]:
    """The first time point and the middle slice of an array, (H, W) or (H, W, C)."""
    kept = [axis for axis in "tczyx" if axis in axes or axis in "yx"]
    place = {"t": 0, "z": array.shape[kept.index("z")] // 2 if "z" in kept else 0}
    values = np.asarray(array[tuple(place.get(axis, slice(None)) for axis in kept)])
    return np.moveaxis(values, 0, -1) if values.ndim == 3 else values
