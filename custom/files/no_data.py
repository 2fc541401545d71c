"""Pixels without data, as GDAL's TIFFs declare them: one number, often -9999 around a scene, that is no intensity."""

from decimal import Decimal, DecimalException
from math import isfinite, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffPage

GDAL_NODATA = 42113


def declared_no_data(page: TiffPage, dtype: np.dtype[Any]) -> float | None:
    """The number that stands for no data, which may be NaN; None if a page declares none, or one that its type cannot hold."""
    told = str(page.tags.valueof(GDAL_NODATA, default="")).strip(" \t\0").replace(",", ".")
    try:
        number = float(told) if dtype.kind == "f" else Decimal(told)
    except (ValueError, DecimalException):
        return None
    if isinstance(number, Decimal):
        whole = dtype.kind in "iu" and number.is_finite() and number == number.to_integral_value()
        return int(number) if whole and np.iinfo(dtype).min <= number <= np.iinfo(dtype).max else None
    with np.errstate(over="ignore"):
        held = float(dtype.type(number))
    return held if isfinite(held) or not isfinite(number) else None


def least_for_no_data(values: NDArray[Any], no_data: float | None) -> NDArray[Any]:
    """Values (H, W) or (H, W, C) with the least other value of the channel for those without data; 0 if it has no other.

    So they are background in any statistics, as the padding of DICOM is.
    """
    if no_data is None:
        return values
    absent = np.isnan(values) if isnan(no_data) else values == no_data
    if not absent.any():
        return values
    kept = values.copy()
    for channel, gone in zip(_channels(kept), _channels(absent), strict=True):
        channel[gone] = 0 if gone.all() else channel[~gone].min()
    return kept


def _channels(values: NDArray[Any]) -> NDArray[Any]:
    return values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0)
