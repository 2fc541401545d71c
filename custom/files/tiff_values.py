"""The values of a page of a TIFF: as they lie in the file, or decoded strip by strip and tile by tile."""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import COMPRESSION, PREDICTOR, TiffFile, TiffPage, TiffPageSeries

from custom.files.errors import CUT_OFF_PIXELS
from custom.files.tiff_lerc import check_lerc_mask
from custom.files.tiff_pages import ELSEWHERE, in_order
from custom.files.tiff_planes import CHANNEL_AXES, Planes
from custom.text.one_line import one_line

# With these tifffile undoes a predictor, and libtiff does not.
PREDICTED_BY_SOME = (COMPRESSION.PACKBITS, COMPRESSION.LERC)
# Tags of GDAL and GeoTIFF: of such images strips and tiles without data may be left out.
SPARSE = {33550, 33922, 34264, 34735, 42112, 42113}


def check_predictor(page: TiffPage) -> None:
    """Makes sure that it is clear whether a page holds values or the differences of a predictor.

    Raises:
        ValueError: if readers disagree.
    """
    if page.predictor != PREDICTOR.NONE and page.compression in PREDICTED_BY_SOME:
        raise ValueError(
            "has a predictor with a compression of which readers do not undo one alike; save it with Deflate or LZW"
        )


def without_stale_predictor(page: TiffPage) -> None:
    """Forgets a predictor of what is not compressed: programs that unpacked it left its tag, and tifffile would undo it.

    Of 12 bits a pixel and the like there are files that hold differences.
    """
    if page.compression == COMPRESSION.NONE and np.max(page.bitspersample) % 8 == 0:
        page.predictor = PREDICTOR.NONE


def check_extents(page: TiffPage, file_size: int) -> None:
    """Makes sure that a file is as long as a page of it says, and holds pixels; GDAL leaves out those without data.

    Raises:
        ValueError: if it is not, or holds none.
    """
    if _is_left_out(page) and not SPARSE.intersection(page.tags.keys()):
        raise ValueError("holds no pixels, as where OpenCV failed to write a file; save it anew")
    ends = (start + count for start, count in zip(page.dataoffsets, page.databytecounts, strict=False))
    if max(ends, default=0) > file_size:
        raise ValueError(CUT_OFF_PIXELS)


def check_stored(tiff: TiffFile, series: TiffPageSeries) -> None:
    """Makes sure that a file holds as many pages as it says, where these lie in it as they are; ImageJ writes but the number.

    Raises:
        ValueError: if it is shorter.
    """
    offset = series.dataoffset or None
    if offset is not None and offset + prod(series.shape) * np.dtype(series.dtype).itemsize > tiff.filehandle.size:
        raise ValueError(CUT_OFF_PIXELS)
    planes = prod(_leading(series))
    if offset is None and len(series.pages) != planes:
        raise ValueError(f"says that it holds {planes} planes, but holds {len(series.pages)}; save it anew")


def plane(tiff: TiffFile, planes: list[Planes], page: int) -> NDArray[Any]:
    """Values (H, W), or (H, W, C) of several channels, of a page.

    Raises:
        ValueError: if the page is cut off, is in another file, or cannot be decoded.
    """
    one, number = in_order(planes)[page]
    counted = one.place(number)
    places: list[Any] = [counted.get(axis, slice(None)) for axis in range(len(one.series.axes))]
    offset = one.series.dataoffset or None
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
    leading = _leading(series)
    numbers = np.arange(len(series.pages)).reshape(leading)[tuple(places[: len(leading)])]
    pages: list[Any] = [series.pages[int(number)] for number in np.ravel(numbers)]
    if any(page is None or page.parent is not tiff for page in pages):
        raise ValueError(ELSEWHERE)
    values = np.stack([_page_values(tiff, page if page.is_virtual else page.aspage()) for page in pages])
    values = values.reshape(*np.shape(numbers), *series.shape[len(leading) :])
    kept = (slice(None),) * np.ndim(numbers)
    return values[(*kept, *places[len(leading) :])]


def _leading(series: TiffPageSeries) -> tuple[int, ...]:
    """The lengths of the axes that count planes, of which each page of the file holds one."""
    own = next((page.ndim for page in series.pages if page is not None), 0)
    return series.shape[: len(series.shape) - own]


def _is_left_out(page: TiffPage) -> bool:
    """Whether a page says that none of its strips and tiles takes a byte."""
    return bool(page.databytecounts) and not any(page.databytecounts)


def _page_values(tiff: TiffFile, page: TiffPage) -> NDArray[Any]:
    check_extents(page, tiff.filehandle.size)
    if _is_left_out(page):  # tifffile would read the start of the file for a single strip or tile
        return np.full(page.shape, page.nodata, page.dtype)
    without_stale_predictor(page.keyframe)
    try:
        values = np.asarray(page.asarray())
    except Exception as error:  # decoders raise anything
        raise ValueError(f"cannot be decoded ({one_line(error)}); save it anew as grey or RGB with Deflate or LZW") from None
    check_lerc_mask(tiff, page)
    return values
