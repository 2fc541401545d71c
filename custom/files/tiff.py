"""TIFF in all its forms, read by tifffile: BigTIFF, OME-TIFF, ImageJ's hyperstacks, tiles, pyramids, 1 to 64 bits.

Values are those stored, whatever the photometric interpretation: what numpy wrote is what is read. Of the axes that a file
declares, samples and channels (S, C) are channels; every other axis but rows and columns (Z, T, pages …) is counted as pages,
the last one fastest. Of a pyramid the full resolution is read; smaller images beside the first are taken for overviews.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tifffile import PHOTOMETRIC, TiffFile, TiffFileError, TiffPage, TiffPageSeries, imwrite

from custom.files import pictures
from custom.files.kinds import Header, Image, checked, turned, upright

CHANNEL_AXES = "CS"
ALPHA = (1, 2)  # ExtraSamples: associated and unassociated alpha
ORIENTATION = 274


def header(path: Path) -> Header:
    """The header of the first page, and the number of pages of its size.

    Raises:
        ValueError: if the file is no TIFF, ends early, or holds images whose order is not clear.
    """
    with _opened(path) as tiff:
        return pictures.header(path) if tiff is None else _header(tiff)


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a page, upright.

    Raises:
        ValueError: as for `header`, or if there is no such page, or it cannot be decoded.
    """
    with _opened(path) as tiff:
        if tiff is None:
            return pictures.image(path, page)
        found = _header(tiff)
        if page >= found.pages:
            raise ValueError(f"holds {found.pages} pages, numbered from 0; there is no page {page}")
        planes = _planes(tiff)
        one = prod(planes[0].pages)
        values = _plane(tiff, planes[page // one], page % one)
        values = values[..., : found.channels] if values.ndim == 3 else values
        values = values[..., 0] if values.ndim == 3 and found.channels == 1 else values
        return Image(found, upright(np.ascontiguousarray(values), _orientation(tiff)))


def write(values: NDArray[Any], path: Path, source: Path) -> None:
    """A picture (H, W), or a page (H, W) of each class (K, H, W), as TIFF.

    Args:
        values: of the pages.
        path: of the new file.
        source: not asked, since pictures have no place in space.
    """
    imwrite(path, np.ascontiguousarray(values), photometric="minisblack", metadata=None, software=False)


class _Planes(NamedTuple):
    """A series of images of one size, with the lengths of the axes that count its pages and of those of its channels."""

    series: TiffPageSeries
    size: tuple[int, int]
    pages: tuple[int, ...]
    channels: tuple[int, ...]


@contextmanager
def _opened(path: Path) -> Iterator[TiffFile | None]:
    """The file; None if it is of another format. What tifffile only logs, such as pages that are cut off, is an error."""
    complaints = _Complaints()
    logger = logging.getLogger("tifffile")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(complaints)
    try:
        try:
            tiff = TiffFile(path)
        except TiffFileError as error:
            if "not a TIFF file" not in str(error):
                raise
            tiff = None
        if tiff is None:
            yield None
        else:
            with tiff:
                yield tiff
        if complaints.found:
            raise ValueError(f"truncated or broken file: {complaints.found[0]}")
    except TiffFileError as error:
        raise ValueError(f"truncated or broken file: {error}") from None
    finally:
        logger.removeHandler(complaints)
        logger.propagate = propagated


class _Complaints(logging.Handler):
    """Collects errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.found.append(record.getMessage())


def _header(tiff: TiffFile) -> Header:
    planes = _planes(tiff)
    first = planes[0]
    page = _first_page(first)
    _check_extents(page, tiff.filehandle.size)
    channels = prod(first.channels)
    alpha = page.extrasamples and page.extrasamples[-1] in ALPHA and channels == page.samplesperpixel > 1
    found = Header(
        first.size,
        channels - bool(alpha),
        np.dtype(first.series.dtype or page.dtype),
        pages=sum(prod(other.pages) for other in planes),
        coloured=page.photometric == PHOTOMETRIC.PALETTE and not tiff.is_imagej,
    )
    return turned(checked(found), _orientation(tiff))


def _planes(tiff: TiffFile) -> list[_Planes]:
    """The series of the size of the first one.

    Raises:
        ValueError: if there is none, or one is larger, so that it is no overview of the first.
    """
    found = [_axes(series) for series in tiff.series]
    if not found:
        raise ValueError("truncated or broken file: it holds no image")
    first = found[0]
    for other in found[1:]:
        if other.size != first.size and (other.size[0] > first.size[0] or other.size[1] > first.size[1]):
            raise ValueError(f"holds images of {first.size} and {other.size} pixels; save each as a file of its own")
    alike = [other for other in found if (other.size, other.channels) == (first.size, first.channels)]
    return alike if len({other.pages for other in alike}) == 1 else alike[:1]


def _axes(series: TiffPageSeries) -> _Planes:
    axes, shape = series.axes, series.shape
    if axes.count("Y") != 1 or axes.count("X") != 1:
        raise ValueError(f"has the axes {axes}, not rows (Y) and columns (X)")
    channels = tuple(length for axis, length in zip(axes, shape, strict=True) if axis in CHANNEL_AXES)
    pages = tuple(length for axis, length in zip(axes, shape, strict=True) if axis not in CHANNEL_AXES + "YX")
    return _Planes(series, (shape[axes.index("Y")], shape[axes.index("X")]), pages, channels)


def _first_page(planes: _Planes) -> TiffPage:
    page: Any = next((page for page in planes.series.pages if page is not None), None)
    if page is None:
        raise ValueError("is part of an OME-TIFF over several files; save it as one file")
    return page.aspage()


def _check_extents(page: TiffPage, file_size: int) -> None:
    ends = (start + count for start, count in zip(page.dataoffsets, page.databytecounts, strict=False))
    if max(ends, default=0) > file_size:
        raise ValueError("truncated file: it ends before its pixels do")


def _plane(tiff: TiffFile, planes: _Planes, number: int) -> NDArray[Any]:
    """Values (H, W), or (H, W, C) of several channels, of a page."""
    series = planes.series
    counted = iter(np.unravel_index(number, planes.pages or (1,)))
    places = [next(counted) if axis not in CHANNEL_AXES + "YX" else slice(None) for axis in series.axes]
    if series.dataoffset is not None:
        dtype = np.dtype(series.dtype).newbyteorder(tiff.byteorder)
        if series.dataoffset + prod(series.shape) * dtype.itemsize > tiff.filehandle.size:
            raise ValueError("truncated file: it ends before its pixels do")
        stored = np.memmap(tiff.filehandle.path, dtype, "r", series.dataoffset, series.shape)
        values = np.array(stored[tuple(places)], dtype.newbyteorder("="))
    else:
        values = _decoded(tiff, series, places)
    axes = [axis for axis, place in zip(series.axes, places, strict=True) if isinstance(place, slice)]
    order = [axes.index("Y"), axes.index("X"), *(place for place, axis in enumerate(axes) if axis in CHANNEL_AXES)]
    values = values.transpose(order)
    return values.reshape(*values.shape[:2], -1) if values.ndim > 2 else values


def _decoded(tiff: TiffFile, series: TiffPageSeries, places: list[Any]) -> NDArray[Any]:
    """The values at places of the series' axes, of which each page holds the last ones."""
    own = next(page for page in series.pages if page is not None).ndim
    leading = series.shape[: len(series.shape) - own]
    numbers = np.arange(len(series.pages)).reshape(leading)[tuple(places[: len(leading)])]
    pages: list[Any] = [series.pages[int(number)] for number in np.ravel(numbers)]
    if any(page is None or page.parent is not tiff for page in pages):
        raise ValueError("is part of an OME-TIFF over several files; save it as one file")
    for page in pages:
        _check_extents(page.aspage(), tiff.filehandle.size)
    values = np.stack([np.asarray(page.asarray()) for page in pages])
    values = values.reshape(*np.shape(numbers), *series.shape[len(leading) :])
    kept = (slice(None),) * np.ndim(numbers)
    return values[(*kept, *places[len(leading) :])]


def _orientation(tiff: TiffFile) -> int:
    tag = tiff.pages.first.tags.get(ORIENTATION)
    value = int(tag.value) if tag is not None else 1
    return value if 1 <= value <= 8 else 1
