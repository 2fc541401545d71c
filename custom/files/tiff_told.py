"""What programs tell of the pages of a TIFF, where tifffile would take it otherwise than it is meant."""

import json
import re
from typing import Any

from tifffile import TiffFile, TiffPageSeries

CLASSIC = (b"II*\0", b"MM\0*")  # how files begin that are no BigTIFF
NDTIFF = 2  # version from which a file of its own tells the axes of Micro-Manager's pages
PAGES = "IQ"  # axes of pages of which a file does not say what they are
# Which channels ScanImage 3.8 to 5.1 saved, one after the other; tifffile knows those of BigTIFF, which newer ones write.
SAVED = re.compile(r"(?:SI|SI4|SI5|hChannels)\.channels?Save *= *\[([^\]]+)\]|state\.acq\.numberOfChannelsSave *= *(\d+)")


def flags(file: Any) -> dict[str, Any]:
    """What tifffile must be told to find all pages.

    Where the pages of an old file of ScanImage lie it guesses, and misses the last one (measured on 2026.3.3). Beyond 2 GiB the
    file itself does not tell.
    """
    start, size = file.read(4), file.seek(0, 2)
    file.seek(0)
    return {"is_scanimage": False} if start in CLASSIC and size < 2**31 else {}


def settle(tiff: TiffFile) -> None:
    """Makes the images of a TIFF those that are meant.

    Raises:
        ValueError: if its pages are no whole number of times the channels that it tells of, or are not those of its OME
            description, or another file tells their axes.
    """
    if len(tiff.pages):
        _check_index(tiff)
        _without_stale_shape(tiff)
        _without_plain_copies(tiff)
        _part_channels(tiff)
        _check_ome(tiff)


def _without_stale_shape(tiff: TiffFile) -> None:
    """Forgets the shape that tifffile wrote of an image that another program cut or scaled; of such tifffile may skip pages."""
    file: Any = tiff  # tifffile's types do not know what both have
    page = file.pages.first
    if page.is_shaped:
        try:
            told = json.loads(page.shaped_description)["shape"]
        except (ValueError, KeyError, TypeError):
            return
        stored, shape = ([length for length in lengths if length != 1] for lengths in (page.shape, told))
        file.is_shaped = shape[len(shape) - len(stored) :] == stored


def _without_plain_copies(tiff: TiffFile) -> None:
    """Forgets smaller copies (SubIFDs) that lack the shape which tifffile tells of the image: it would read none of both."""
    page: Any = tiff.pages.first
    if tiff.is_shaped and page.subifds and not all(copy.is_shaped for copy in page.pages):
        page.subifds = ()


def _check_index(tiff: TiffFile) -> None:
    """Makes sure that the file is there which tells the axes of Micro-Manager's NDTiff."""
    told: Any = tiff.micromanager_metadata or {}
    if len(tiff.pages) > 1 and told.get("MajorVersion", 0) >= NDTIFF and not tiff.is_ndtiff:
        raise ValueError(f"holds {len(tiff.pages)} pages, whose axes NDTiff.index tells, which is not beside it; copy it, too")


def _part_channels(tiff: TiffFile) -> None:
    """Tells channels of ScanImage, which lie one after the other, from frames."""
    page: Any = tiff.pages.first
    told = SAVED.search(f"{page.description}\n{page.software}")
    channels = 0 if told is None else int(told[2] or len(re.findall(r"\d+", told[1])))
    if channels < 2 or len(tiff.series) != 1:
        return
    one = tiff.series[0]
    if one.axes[0] not in PAGES:
        return
    frames, rest = divmod(one.shape[0], channels)
    if rest:
        raise ValueError(f"holds {one.shape[0]} pages of {channels} channels, so that some are missing; save whole frames")
    shape, axes = (frames, channels, *one.shape[1:]), f"TC{one.axes[1:]}"
    tiff.series[0] = TiffPageSeries(one.pages, shape, one.dtype, axes, kind=one.kind, squeeze=False)


def _check_ome(tiff: TiffFile) -> None:
    """Makes sure that the pages of an OME-TIFF are those of its description, without which channels would be pages."""
    page: Any = tiff.pages.first
    told = re.search(r'SizeX="(\d+)".*?SizeY="(\d+)"', page.description, re.DOTALL) if tiff.is_ome else None
    if told and len(tiff.pages) > 1 and tiff.series and tiff.series[0].kind != "ome":
        held = f"{len(tiff.pages)} pages of {page.imagelength}×{page.imagewidth} pixels"
        raise ValueError(f"holds {held}, which its OME description, of {told[2]}×{told[1]} pixels, does not fit; save it anew")
