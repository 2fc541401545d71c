"""Which images of a TIFF are pages, and which of its axes are channels.

Of the axes that a file declares, samples and channels (S, C) are channels; all others but rows and columns (Z, T …) count
pages, the last one fastest. Of a pyramid the full resolution is read. Labels and thumbnails of a slide, smaller copies
of the first image and masks of transparency are no pages.
"""

from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffFile, TiffPage, TiffPageSeries

CHANNEL_AXES = "CS"
BESIDE_SLIDES = ("label", "macro", "thumbnail", "overview")
# Numpy's (H, W, C), stored without saying that the last axis is one of channels, has pages that are narrower than any image.
NARROW_PX = 8


class Planes(NamedTuple):
    """Images of one size, with the lengths of the axes that count its pages and of those of its channels."""

    series: TiffPageSeries
    size: tuple[int, int]
    pages: tuple[int, ...]
    channels: tuple[int, ...]


def planes_of(tiff: TiffFile) -> list[Planes]:
    """The images whose planes are the pages of a file, all of one size and number of channels.

    Raises:
        ValueError: if there is none, or they are unlike each other, or rows and columns cannot be told from channels.
    """
    found = [_axes(series) for series in tiff.series if not _is_beside(series)]
    if not found:
        raise ValueError("truncated or broken file: it holds no image")
    first = found[0]
    pages = [first]
    for other in found[1:]:
        if (other.size, prod(other.channels)) == (first.size, prod(first.channels)):
            pages.append(other)
        elif tiff.is_ome or not _is_smaller_copy(other.size, first.size):
            raise ValueError(f"holds images of {_shape(first)} and {_shape(other)}; save each as a file of its own")
    height, width = first.size
    if width < NARROW_PX and height >= NARROW_PX * width and first.pages[-1:] > (NARROW_PX,):
        raise ValueError(
            f"holds {first.pages[-1]} pages of {height}×{width} pixels; if its last axis counts channels, save it with "
            "planarconfig='contig', or with channels first as an ImageJ or OME-TIFF"
        )
    return pages


def first_page(planes: Planes) -> TiffPage:
    """The page that says what all are like.

    Raises:
        ValueError: if it is in another file.
    """
    page: Any = next((page for page in planes.series.pages if page is not None), None)
    if page is None:
        raise ValueError("is part of an OME-TIFF over several files; save it as one file")
    return page.aspage()


def check_extents(page: TiffPage, file_size: int) -> None:
    """Makes sure that a file is as long as a page of it says.

    Raises:
        ValueError: if it is not.
    """
    ends = (start + count for start, count in zip(page.dataoffsets, page.databytecounts, strict=False))
    if max(ends, default=0) > file_size:
        raise ValueError("truncated file: it ends before its pixels do")


def plane(tiff: TiffFile, planes: list[Planes], page: int) -> NDArray[Any]:
    """Values (H, W), or (H, W, C) of several channels, of a page.

    Raises:
        ValueError: if the page is cut off, is in another file, or cannot be decoded.
    """
    one, number = _in_order(planes)[page]
    counted = iter(np.unravel_index(number, one.pages or (1,)))
    places = [next(counted) if axis not in CHANNEL_AXES + "YX" else slice(None) for axis in one.series.axes]
    offset = one.series.dataoffset
    values = _decoded(tiff, one.series, places) if offset is None else _stored(tiff, one.series, offset, places)
    axes = [axis for axis, place in zip(one.series.axes, places, strict=True) if isinstance(place, slice)]
    order = [axes.index("Y"), axes.index("X"), *(place for place, axis in enumerate(axes) if axis in CHANNEL_AXES)]
    values = values.transpose(order)
    return values.reshape(*values.shape[:2], -1) if values.ndim > 2 else values


def _in_order(planes: list[Planes]) -> list[tuple[Planes, int]]:
    """Each page as one of its planes; where tifffile sorts single images by their types, in the order of the file."""
    pages = [(one, number) for one in planes for number in range(prod(one.pages))]
    if len(planes) > 1 and all(len(one.series.pages) == prod(one.pages) for one in planes):
        pages.sort(key=lambda place: getattr(place[0].series.pages[place[1]], "index", 0))
    return pages


def _axes(series: TiffPageSeries) -> Planes:
    axes, shape = series.axes, series.shape
    if axes.count("Y") != 1 or axes.count("X") != 1:
        raise ValueError(f"has the axes {axes}, not rows (Y) and columns (X)")
    channels = tuple(length for axis, length in zip(axes, shape, strict=True) if axis in CHANNEL_AXES)
    pages = tuple(length for axis, length in zip(axes, shape, strict=True) if axis not in CHANNEL_AXES + "YX")
    return Planes(series, (shape[axes.index("Y")], shape[axes.index("X")]), pages, channels)


def _is_beside(series: TiffPageSeries) -> bool:
    """Whether images are the label or an overview of a slide, or reduced, or masks of transparency, and so no pages."""
    page: Any = series.pages[0] if len(series.pages) else None
    flagged = page is not None and (page.is_reduced or page.is_mask)
    return flagged or any(word in str(series.name).lower() for word in BESIDE_SLIDES)


def _is_smaller_copy(size: tuple[int, int], full: tuple[int, int]) -> bool:
    """Whether a size is a full one, divided by one number and rounded."""
    if 0 in size:
        return False
    factor = min(full[0] / size[0], full[1] / size[1])
    return factor > 1 and all(abs(large / factor - small) <= 1 for large, small in zip(full, size, strict=True))


def _shape(planes: Planes) -> str:
    channels = prod(planes.channels)
    return f"{planes.size[0]}×{planes.size[1]} pixels with {channels} channel{'s' if channels > 1 else ''}"


def _stored(tiff: TiffFile, series: TiffPageSeries, offset: int, places: list[Any]) -> NDArray[Any]:
    """The values at places of the series' axes, which lie in the file as they are."""
    dtype = np.dtype(series.dtype).newbyteorder(tiff.byteorder)
    if offset + prod(series.shape) * dtype.itemsize > tiff.filehandle.size:
        raise ValueError("truncated file: it ends before its pixels do")
    stored = tiff.filehandle.memmap_array(dtype, series.shape, offset)
    return np.array(stored[tuple(places)], dtype.newbyteorder("="))


def _decoded(tiff: TiffFile, series: TiffPageSeries, places: list[Any]) -> NDArray[Any]:
    """The values at places of the series' axes, of which each page holds the last ones."""
    own = next(page for page in series.pages if page is not None).ndim
    leading = series.shape[: len(series.shape) - own]
    numbers = np.arange(len(series.pages)).reshape(leading)[tuple(places[: len(leading)])]
    pages: list[Any] = [series.pages[int(number)] for number in np.ravel(numbers)]
    if any(page is None or page.parent is not tiff for page in pages):
        raise ValueError("is part of an OME-TIFF over several files; save it as one file")
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
