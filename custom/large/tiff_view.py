"""TIFF through tifffile's Zarr view, whose pieces are read when they are asked for."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import fsspec
import zarr
from tifffile import PHOTOMETRIC, TiffFile, TiffPageSeries

from custom.files.no_data import declared_no_data
from custom.files.rasters import TIFF_STARTS
from custom.files.tiff_colours import OF_FAXES, alpha_place, colours_of, greys_of, orientation_of
from custom.files.tiff_complaints import complaints
from custom.files.tiff_mixed_up import check_mixed_up
from custom.files.tiff_pages import ELSEWHERE, main_image
from custom.files.tiff_told import PAGES, flags, settle
from custom.files.tiff_values import check_predictor, without_stale_predictor
from custom.large.omero import tiff_channels
from custom.large.places import PlaceError
from custom.large.tiff_scale import pixel_sizes
from custom.large.view import View

SUFFIXES = (".tif", ".tiff", ".btf", ".tf8", ".svs", ".ndpi", ".scn", ".bif", ".qptiff")
AXES = {"S": "c", "C": "c", "Z": "z", "I": "z", "Q": "z", "T": "t", "Y": "y", "X": "x"}


def is_tiff(url: str) -> bool:
    """Whether a place is a TIFF, by its name, or of a file on the disk by its first bytes."""
    if (urlsplit(url).path if "://" in url else url).lower().endswith(SUFFIXES):
        return True
    path = Path(url)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in TIFF_STARTS


def tiff_view(url: str, level: int) -> View:
    """A level of the largest image of a TIFF.

    Raises:
        ValueError: if there is no such level, planes are missing, its values are no intensities, or no image is the largest.
    """
    try:
        file = fsspec.open(url).open()
    except FileNotFoundError:
        raise PlaceError(f"IN {url!r}: there is no such file; name another") from None
    with complaints() as found:
        tiff = TiffFile(file, **flags(file))
        settle(tiff)
        series, left_out = main_image(tiff)
    if not 0 <= level < len(series.levels):
        raise PlaceError(f"level must lie in 0..{len(series.levels) - 1} for {url!r}, got {level}")
    if any(page is None for page in series.pages):
        raise PlaceError(f"IN {url!r} {ELSEWHERE}")
    if found:  # tifffile goes on with the pages that it finds
        raise PlaceError(f"IN {url!r} is cut off or broken: {found[0]}; fetch it anew")
    _check_intensities(tiff, series, url)
    _settle_predictors(series, url)
    axes = "".join(AXES.get(axis, "?") for axis in series.levels[level].axes)
    array: Any = zarr.open(series.aszarr(level=level), mode="r")
    shrink = series.shape[series.axes.index("X")] / array.shape[axes.index("x")] if "x" in axes else 1
    pixels = _ome_pixels(tiff, tiff.series.index(series))
    scale, units = pixel_sizes(tiff, series, pixels, shrink)
    pages = "z" if any(axis in PAGES for axis in series.axes) else ""
    unstored = sum(not size for page in series.levels[level].pages if page for size in page.databytecounts)
    alpha, no_data = _has_alpha(series, url), declared_no_data(series.keyframe, array.dtype)
    told = (unstored, pages, left_out, no_data, tiff_channels(pixels), _as_stored(tiff, series))
    return View(array, axes, scale, units, {}, alpha, *told)


def _as_stored(tiff: TiffFile, series: TiffPageSeries) -> tuple[str, ...]:
    notes = []
    if orientation_of(series.keyframe) != 1:
        notes.append("it is read as it is stored, and not turned as its orientation says; python -m custom predict turns it")
    if tiff.is_bif:
        notes.append(
            "its tiles are set side by side, and older scanners by Roche let them overlap; save it as OME-TIFF with QuPath"
        )
    return tuple(notes)


def _check_intensities(tiff: TiffFile, series: TiffPageSeries, url: str) -> None:
    if series.keyframe.photometric == PHOTOMETRIC.MINISWHITE and series.keyframe.compression in OF_FAXES:
        raise PlaceError(f"IN {url!r} holds the bits of a fax, where white is zero; save it as grey")
    greys = greys_of(series.keyframe, tiff.is_imagej)
    if greys is not None and list(greys) == list(range(len(greys))):
        return
    if colours := colours_of(series.keyframe, tiff.is_imagej):
        raise PlaceError(f"IN {url!r} holds {colours}, not intensities; save it as grey or RGB")


def _settle_predictors(series: TiffPageSeries, url: str) -> None:
    pages: list[Any] = [page.keyframe for level in series.levels for page in level.pages if page is not None]
    for page in {id(page): page for page in pages}.values():
        try:
            check_predictor(page)
            check_mixed_up(page)
        except ValueError as error:
            raise PlaceError(f"IN {url!r} {error}") from None
        without_stale_predictor(page)


def _has_alpha(series: TiffPageSeries, url: str) -> bool:
    place = alpha_place(series.keyframe) if "S" in series.axes and "C" not in series.axes else None
    if place is not None and place != series.keyframe.samplesperpixel - 1:
        raise PlaceError(f"IN {url!r} has its alpha before other channels; save it without alpha")
    return place is not None


def _ome_pixels(tiff: TiffFile, index: int) -> Element:
    """What OME-TIFF tells of the pixels of a series; an empty element if it tells nothing."""
    images = fromstring(tiff.ome_metadata).findall("{*}Image") if tiff.ome_metadata else []
    image = images[index if len(images) == len(tiff.series) else 0] if images else Element("Image")
    pixels = image.find("{*}Pixels")
    return Element("Pixels") if pixels is None else pixels
