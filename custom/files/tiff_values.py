"""The values of a page of a TIFF: as they lie in the file, or decoded strip by strip and tile by tile."""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffFile, TiffPage, TiffPageSeries

from custom.files.tiff_pages import CHANNEL_AXES, ELSEWHERE, Planes, in_order


def check_extents(page: TiffPage, file_size: int) -> None:
    """Makes sure that a file is as long as a page of it says.

    Raises:
        ValueError: if it is not.
    """
    ends = (start + count for start, count in zip(page.dataoffsets, page.databytecounts, strict=False))
    if max(ends, default=0) > file_size:
        raise ValueError("truncated file: it ends before its pixels do")


def check_stored(tiff: TiffFile, series: TiffPageSeries) -> None:
    """Makes sure that a file holds as many pages as it says, where these lie in it as they are; ImageJ writes but the number.

    Raises:
        ValueError: if it is shorter.
    """
    offset = series.dataoffset
    if offset is not None and offset + prod(series.shape) * np.dtype(series.dtype).itemsize > tiff.filehandle.size:
        raise ValueError("truncated file: it ends before its pixels do")


def plane(tiff: TiffFile, planes: list[Planes], page: int) -> NDArray[Any]:
    """Values (H, W), or (H, W, C) of several channels, of a page.

    Raises:
        ValueError: if the page is cut off, is in another file, or cannot be decoded.
    """
    one, number = in_order(planes)[page]
    counted = iter(np.unravel_index(number, one.pages or (1,)))
    places = [next(counted) if axis not in CHANNEL_AXES + "YX" else slice(None) for axis in one.series.axes]
    offset = one.series.dataoffset
    values = _decoded(tiff, one.series, places) if offset is None else _stored(tiff, one.series, offset, places)
    axes = [axis for axis, place in zip(one.series.axes, places, strict=True) if isinstance(place, slice)]
    order = [axes.index("Y"), axes.index("X"), *(place for place, axis in enumerate(axes) if axis in CHANNEL_AXES)]
    values = values.transpose(order)
    return values.reshape(*values.shape[:2], -1) if values.ndim > 2 else values


def _stored(tiff: TiffFile, series: TiffPageSeries, offset: int, places: list[Any]) -> NDArray[Any]:
    """The values at places of the series' axes, which lie in the file as they are."""
    dtype = np.dtype(series.dtype).newbyteorder(tiff.byteorder)
    check_stored(tiff, series)
    if all(isinstance(place, slice) for place in places):  # all of it, for which a map takes longer
        stored = tiff.filehandle.read_array(dtype, prod(series.shape), offset).reshape(series.shape)
        return stored.astype(dtype.newbyteorder("="), copy=False)
    stored = tiff.filehandle.memmap_array(dtype, series.shape, offset)
    return np.array(stored[tuple(places)], dtype.newbyteorder("="))


def _decoded(tiff: TiffFile, series: TiffPageSeries, places: list[Any]) -> NDArray[Any]:
    """The values at places of the series' axes, of which each page holds the last ones."""
    own = next(page for page in series.pages if page is not None).ndim
    leading = series.shape[: len(series.shape) - own]
    numbers = np.arange(len(series.pages)).reshape(leading)[tuple(places[: len(leading)])]
    pages: list[Any] = [series.pages[int(number)] for number in np.ravel(numbers)]
    if any(page is None or page.parent is not tiff for page in pages):
        raise ValueError(ELSEWHERE)
    values = np.stack([_page_values(tiff, page.aspage()) for page in pages])
    values = values.reshape(*np.shape(numbers), *series.shape[len(leading) :])
    kept = (slice(None),) * np.ndim(numbers)
    return values[(*kept, *places[len(leading) :])]


def _page_values(tiff: TiffFile, page: TiffPage) -> NDArray[Any]:
    check_extents(page, tiff.filehandle.size)
    try:
        return np.asarray(page.asarray())
    except Exception as error:  # decoders raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(f"cannot be decoded ({reason}); save it anew as grey or RGB with Deflate or LZW") from None
