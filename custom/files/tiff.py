"""TIFF in all its forms, read by tifffile: BigTIFF, OME-TIFF, ImageJ's hyperstacks, tiles, pyramids, 1 to 64 bits.

Values are those stored, also where white is zero: what numpy wrote is what is read. Only a palette of greys is looked up.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from typing import Any, BinaryIO

import numpy as np
from tifffile import TiffFile, TiffFileError

from custom.files.grey_palette import is_white_first
from custom.files.kinds import Header, Image, checked, without_alpha
from custom.files.lossy import is_lossy_page
from custom.files.no_data import declared_no_data
from custom.files.orientation import turned, upright
from custom.files.tiff_colours import (
    alpha_last,
    alpha_place,
    check_alike,
    colours_of,
    greys_of,
    is_signed_by_imagej,
    meant,
    orientation_of,
    palette_bytes,
    white_is_zero,
)
from custom.files.tiff_complaints import complaints
from custom.files.tiff_geometry import geometry_of
from custom.files.tiff_mixed_up import check_mixed_up
from custom.files.tiff_pages import first_page, page_at, planes_of
from custom.files.tiff_planes import Planes
from custom.files.tiff_told import flags, settle
from custom.files.tiff_values import check_extents, check_predictor, check_stored, plane


def header(file: BinaryIO) -> Header:
    """The header of the first page, and the number of pages of its size.

    Raises:
        ValueError: if the file ends early, or holds images that are unlike each other.
    """
    with _opened(file) as tiff:
        return _header(tiff, planes_of(tiff))


def image(file: BinaryIO, page: int = 0) -> Image:
    """Header and values of a page, upright.

    Raises:
        ValueError: if the header is refused, there is no such page, or it cannot be decoded.
    """
    with _opened(file) as tiff:
        planes = planes_of(tiff)
        found = _header(tiff, planes)
        if page >= found.pages:
            raise ValueError(f"holds {found.pages} pages, numbered from 0; there is no page {page}")
        first = first_page(planes[0])
        check_alike(page_at(planes, page), first)
        values = meant(plane(tiff, planes, page), tiff, first)
        if found.alpha:
            values = alpha_last(values, alpha_place(first))
        kept = without_alpha(replace(found, dtype=values.dtype), values)
        no_data = declared_no_data(first, values.dtype) if greys_of(first, tiff.is_imagej) is None else None
        return replace(kept, values=upright(np.ascontiguousarray(kept.values), orientation_of(first)), no_data=no_data)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[TiffFile]:
    """The file; what tifffile only logs, as of a cut, is an error."""
    try:
        with complaints() as found, TiffFile(file, **flags(file)) as tiff:
            _check_shape(tiff)
            yield tiff
        if found and " series " in found[0]:
            raise ValueError(f"is told by its description to hold what it does not ({found[0]}); save it anew")
        if found:
            raise ValueError(f"truncated or broken file: {found[0]}; copy it again, or save it anew")
    except TiffFileError as error:
        raise ValueError(f"truncated or broken file: {error}; copy it again, or save it anew") from None
    except struct.error:
        raise ValueError("truncated or broken file: it ends within its header; copy it again") from None


def _check_shape(tiff: TiffFile) -> None:
    """Makes sure that the first page has pixels; of one without, tifffile makes no series."""
    page: Any = tiff.pages.first if len(tiff.pages) else None
    if page is not None and 0 in (page.imagelength, page.imagewidth):
        raise ValueError(f"has the shape ({page.imagelength}, {page.imagewidth}), without a pixel; save it anew")
    settle(tiff)


def _header(tiff: TiffFile, planes: list[Planes]) -> Header:
    first, page = planes[0], first_page(planes[0])
    check_extents(page, tiff.filehandle.size)
    check_predictor(page)
    check_mixed_up(page)
    if page.dtype is None:
        raise ValueError(f"holds values of an unknown type (SampleFormat {page.sampleformat}); save it anew")
    if np.max(page.bitspersample) == 24 and page.dtype.kind in "iu":
        raise ValueError("holds whole numbers of 24 bits, of whose byte order readers disagree; save it with 16 or 32")
    channels = prod(first.channels)
    alpha = alpha_place(page) is not None and channels == page.samplesperpixel
    greys = greys_of(page, tiff.is_imagej)
    colours = colours_of(page, tiff.is_imagej) if greys is None else ""
    dtype = page.dtype if greys is None else greys.dtype
    found = Header(
        first.size,
        channels - alpha,
        np.dtype(np.int16) if dtype == np.uint16 and is_signed_by_imagej(tiff) else dtype,
        pages=sum(prod(other.pages) for other in planes),
        colours=colours,
        alpha=alpha,
        white_is_zero=white_is_zero(page, tiff.is_imagej),
        white_first=greys is not None and is_white_first(greys),
        palette=palette_bytes(page) if colours else b"",
        lossy=is_lossy_page(page),
        grid=geometry_of(tiff),
    )
    checked(found)
    for one in planes:
        check_stored(tiff, one.series)
    return turned(found, orientation_of(page))
