"""Masks and probabilities as TIFF."""

from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import imwrite

from custom.files.tiff_geometry import DESCRIPTION, Geometry

SMALL_BYTES = 2**22  # a picture up to this size shares what stands before its pixels with the next of its shape


def encode(values: NDArray[Any], geometry: Geometry | None = None) -> bytes:
    """The file of a picture (H, W), or of a page (H, W) for each class (K, H, W), as TIFF.

    Args:
        values: the pixels' values.
        geometry: place and size of the pixels of their image, if that is a TIFF.
    """
    values, geometry = np.ascontiguousarray(values), geometry or ()
    if values.ndim > 2:  # ImageJ's description would have to count the pages
        geometry = tuple(one for one in geometry if one[0] != DESCRIPTION)
    if values.ndim == 2 and 0 < values.nbytes <= SMALL_BYTES:
        return _before_pixels(values.shape, values.dtype, geometry) + values.tobytes()
    return _encoded(values, geometry)


@lru_cache
def _before_pixels(shape: tuple[int, int], dtype: np.dtype[Any], geometry: Geometry) -> bytes:
    """What stands before the pixels of a picture, which end its file; to make it takes longer than to copy them."""
    values = np.ones(shape, dtype)
    whole = _encoded(values, geometry)
    assert whole.endswith(values.tobytes()), "tifffile puts something behind the pixels"
    return whole[: -values.nbytes]


def _encoded(values: NDArray[Any], geometry: Geometry) -> bytes:
    file = BytesIO()
    imwrite(file, values, photometric="minisblack", metadata=None, software=False, **dict(geometry))
    return file.getvalue()
