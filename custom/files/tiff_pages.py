"""Which images of a TIFF are pages.

Of a pyramid the full resolution is read. Labels and thumbnails of a slide, smaller copies of the first image and masks of
transparency are no pages.
"""

import re
from math import prod
from typing import Any

from tifffile import PHOTOMETRIC, TiffFile, TiffPage, TiffPageSeries

from custom.files.tiff_planes import Planes, planes_in

BESIDE_SLIDES = ("label", "macro", "thumbnail", "overview")
# numpy's (H, W, C), stored without saying that the last axis counts channels, has many pages, each narrow and far higher.
NARROW_PX, TIMES_HIGHER = 16, 4
COLOURS = (PHOTOMETRIC.RGB, PHOTOMETRIC.YCBCR)
ELSEWHERE = "has planes that are not in it: it was cut off, or is an OME-TIFF over several files; save it as one file"


def planes_of(tiff: TiffFile) -> list[Planes]:
    """The images whose planes are the pages of a file, all of one size and number of channels.

    Raises:
        ValueError: if there is none, or they are unlike each other, or rows and columns cannot be told from channels.
    """
    first, *others = _full_images(tiff)
    if len(tiff.pages) > 1 and re.search("<([A-Za-z]+:)?BinaryOnly ", first_page(first).description):
        raise ValueError("holds planes whose axes another file tells, as companion.ome; save it as one OME-TIFF")
    pages = [first]
    for other in others:
        if (other.size, prod(other.channels)) == (first.size, prod(first.channels)):
            pages.append(other)
        elif not _is_beside(other) and (tiff.is_ome or not _is_smaller_copy(other.size, first.size)):
            raise ValueError(f"holds images of {_shape(first)} and {_shape(other)}; save each as a file of its own")
    _check_channels(first)
    return pages


def main_image(tiff: TiffFile) -> tuple[TiffPageSeries, str]:
    """The largest image of a file, such as the scan of a slide behind a picture of all of it, and which others are left out.

    Labels, thumbnails and smaller copies go without saying.

    Raises:
        ValueError: if there is none, none is larger than the others, or rows and columns cannot be told from channels.
    """
    found = _full_images(tiff)
    largest = max(found, key=lambda planes: prod(planes.size))
    others = [one for one in found if one is not largest and not _is_beside(one)]
    for other in others:
        if any(side >= full for side, full in zip(other.size, largest.size, strict=True)):
            raise ValueError(f"holds images of {_shape(largest)} and {_shape(other)}; save each as a file of its own")
    _check_channels(largest)
    told = [_shape(one) for one in others if tiff.is_ome or not _is_smaller_copy(one.size, largest.size)]
    return largest.series, f"{len(told)} smaller image{'s' if len(told) > 1 else ''}, of {told[0]}" if told else ""


def _full_images(tiff: TiffFile) -> list[Planes]:
    """The images that do not say that they are reduced ones, or all if each does."""
    series = [one for one in tiff.series if not _is_reduced(one)] or tiff.series
    if not series:
        raise ValueError("truncated or broken file: it holds no image; copy it again, or save it anew")
    return [planes_in(one) for one in series]


def _check_channels(first: Planes) -> None:
    height, width = first.size
    counted = max(*first.pages[-2:], 0, 0)
    if width <= NARROW_PX and min(height, counted) >= TIMES_HIGHER * width:
        raise ValueError(
            f"holds {counted} pages of {height}×{width} pixels; if its last axis counts channels, save it with "
            "planarconfig='contig', or with channels first as an ImageJ or OME-TIFF"
        )
    lengths = dict(zip(first.series.axes, first.series.shape, strict=True))
    if lengths.get("C", 1) > 1 and lengths.get("S", 1) > 1 and first_page(first).photometric in COLOURS:
        raise ValueError(
            f"holds {lengths['C']} channels of colours each; if these are pages, as of a stack that tifffile saved with "
            "imagej=True and without axes, save it with the axes ZYXS, else each as a file of its own"
        )


def first_page(planes: Planes) -> TiffPage:
    """The page that says what all are like.

    Raises:
        ValueError: if it is in another file.
    """
    page: Any = next((page for page in planes.series.pages if page is not None), None)
    if page is None:
        raise ValueError(ELSEWHERE)
    return page.aspage()


def in_order(planes: list[Planes]) -> list[tuple[Planes, int]]:
    """Each page as one of its planes; where tifffile sorts single images by their types, in the order of the file."""
    pages = [(one, number) for one in planes for number in range(prod(one.pages))]
    if len(planes) > 1 and all(len(one.series.pages) == prod(one.pages) for one in planes):
        pages.sort(key=lambda page: getattr(page[0].series.pages[page[0].stored(page[1])], "index", 0))
    return pages


def page_at(planes: list[Planes], number: int) -> Any:
    """What tifffile knows of the page of that number; None if its channels are pages of their own, or it is in another file."""
    one, page = in_order(planes)[number]
    return one.series.pages[one.stored(page)] if len(one.series.pages) == prod(one.pages) else None


def _is_reduced(series: TiffPageSeries) -> bool:
    """Whether images say that they are reduced ones, or masks of transparency."""
    page: Any = next((page for page in series.pages if page is not None), None)
    return page is not None and bool(page.keyframe.is_reduced or page.keyframe.is_mask)


def _is_beside(planes: Planes) -> bool:
    """Whether images say by their name that they show a slide's label, or all of it."""
    return any(word in str(planes.series.name).lower() for word in BESIDE_SLIDES)


def _is_smaller_copy(size: tuple[int, int], full: tuple[int, int]) -> bool:
    """Whether a size is a full one, divided by one number and rounded."""
    if 0 in size:
        return False
    factor = min(full[0] / size[0], full[1] / size[1])
    return factor > 1 and all(abs(large / factor - small) <= 1 for large, small in zip(full, size, strict=True))


def _shape(planes: Planes) -> str:
    channels = prod(planes.channels)
    return f"{planes.size[0]}×{planes.size[1]} pixels with {channels} channel{'s' if channels > 1 else ''}"
