"""TIFF through tifffile's Zarr view, whose pieces are read when they are asked for."""

from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
import zarr
from tifffile import TiffFile, TiffPageSeries, xml2dict

from custom.files.tiff import ALPHA
from custom.files.tiff_colours import colours_of, greys_of
from custom.files.tiff_complaints import complaints
from custom.files.tiff_pages import ELSEWHERE
from custom.large.places import PlaceError
from custom.large.view import View

SUFFIXES = (".tif", ".tiff", ".btf", ".tf8", ".svs", ".ndpi", ".scn", ".bif", ".qptiff")
MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
AXES = {"S": "c", "C": "c", "Z": "z", "I": "z", "Q": "z", "T": "t", "Y": "y", "X": "x"}
UNITS = {
    "\u00b5m": "micrometer",
    "\u03bcm": "micrometer",
    "nm": "nanometer",
    "mm": "millimeter",
    "cm": "centimeter",
    "m": "meter",
    "pm": "picometer",
}
UNITS |= {"\u00c5": "angstrom", "in": "inch", "ft": "foot"}


def is_tiff(url: str) -> bool:
    """Whether a place is a TIFF, by its name, or of a file on the disk by its first bytes."""
    if (urlsplit(url).path if "://" in url else url).lower().endswith(SUFFIXES):
        return True
    path = Path(url)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in MAGIC


def tiff_view(url: str, level: int) -> View:
    """A level of the first image of a TIFF.

    Raises:
        ValueError: if there is no such level, planes are missing, or its values are no intensities.
    """
    try:
        file = fsspec.open(url).open()
    except FileNotFoundError:
        raise PlaceError(f"IN {url!r}: there is no such file; name another") from None
    with complaints():  # planes that are missing are looked for below
        tiff = TiffFile(file)
        series = tiff.series[0]
    if not 0 <= level < len(series.levels):
        raise PlaceError(f"level must lie in 0..{len(series.levels) - 1} for {url!r}, got {level}")
    if any(page is None for page in series.pages):
        raise PlaceError(f"IN {url!r} {ELSEWHERE}")
    _check_intensities(tiff, series, url)
    axes = "".join(AXES.get(axis, "?") for axis in series.levels[level].axes)
    array: Any = zarr.open(series.aszarr(level=level), mode="r")
    shrink = series.shape[series.axes.index("X")] / array.shape[axes.index("x")] if "x" in axes else 1
    return View(array, axes, *_scale(tiff, shrink), alpha=_has_alpha(series))


def _check_intensities(tiff: TiffFile, series: TiffPageSeries, url: str) -> None:
    greys = greys_of(series.keyframe, tiff.is_imagej)
    if greys is not None and list(greys) == list(range(len(greys))):
        return
    if colours := colours_of(series.keyframe, tiff.is_imagej):
        raise PlaceError(f"IN {url!r} holds {colours}, not intensities; save it as grey or RGB")


def _has_alpha(series: TiffPageSeries) -> bool:
    page = series.keyframe
    return "S" in series.axes and "C" not in series.axes and bool(page.extrasamples) and page.extrasamples[-1] in ALPHA


def _scale(tiff: TiffFile, shrink: float) -> tuple[dict[str, float], dict[str, str]]:
    """Sizes of pixels and their units, as OME-TIFF tells them; of units that OME-Zarr does not know, sizes alone."""
    if not tiff.is_ome:
        return {}, {}
    image = xml2dict(tiff.ome_metadata or "").get("OME", {}).get("Image", {})
    pixels = (image[0] if isinstance(image, list) else image).get("Pixels", {})
    told = {axis: float(pixels.get(f"PhysicalSize{axis.upper()}", 0)) for axis in "zyx"}
    scale = {axis: size * (1 if axis == "z" else shrink) for axis, size in told.items() if size > 0 and isfinite(size)}
    units = {axis: UNITS.get(str(pixels.get(f"PhysicalSize{axis.upper()}Unit", "\u00b5m"))) for axis in scale}
    return scale, {axis: unit for axis, unit in units.items() if unit}
