"""The size of a TIFF's pixels, as OME-TIFF, Aperio, ImageJ or the tag of the resolution tell it."""

import re
from math import isfinite
from xml.etree.ElementTree import Element

from tifffile import RESUNIT, TiffFile, TiffPageSeries

Scale = tuple[dict[str, float], dict[str, str]]

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
OF_IMAGEJ = UNITS | {"\\u00B5m": "micrometer", "um": "micrometer", "micron": "micrometer", "microns": "micrometer"}
MPP = re.compile(r"\|\s*MPP\s*=\s*([0-9.]+)")
# Coarser pixels are those of a screen or a printer, or what libvips writes of an image whose size it was not told.
LARGEST_UM = 20


def pixel_sizes(tiff: TiffFile, series: TiffPageSeries, ome: Element, shrink: float) -> Scale:
    """Sizes of pixels and their units by axis; without a unit where OME-Zarr does not know it.

    Args:
        tiff: the file.
        series: the image in it.
        ome: what OME-TIFF tells of its pixels.
        shrink: by which rows and columns of the level are fewer than those of the image.
    """
    if ome.attrib:
        sizes = {axis: _number(ome.get(f"PhysicalSize{axis.upper()}", 0)) for axis in "zyx"}
        units = {axis: UNITS.get(ome.get(f"PhysicalSize{axis.upper()}Unit", "\u00b5m")) for axis in sizes}
    else:
        sizes, unit = _of_imagej(tiff, series) if tiff.is_imagej else _of_slide(series)
        units = dict.fromkeys(sizes, unit)
    scale = {axis: size * (1 if axis == "z" else shrink) for axis, size in sizes.items() if size > 0 and isfinite(size)}
    return scale, {axis: unit for axis, unit in units.items() if unit and axis in scale}


def _of_imagej(tiff: TiffFile, series: TiffPageSeries) -> tuple[dict[str, float], str | None]:
    told = tiff.imagej_metadata or {}
    unit = OF_IMAGEJ.get(str(told.get("unit", "")))
    if unit is None:
        return {}, None
    x, y = series.keyframe.get_resolution()
    return {"z": _number(told.get("spacing", 0)), "y": 1 / y if y else 0, "x": 1 / x if x else 0}, unit


def _of_slide(series: TiffPageSeries) -> tuple[dict[str, float], str | None]:
    page = series.keyframe
    found = MPP.search(page.description) if page.is_svs else None
    if found:
        return dict.fromkeys("yx", _number(found[1])), "micrometer"
    x, y = page.get_resolution(RESUNIT.MICROMETER) if page.resolutionunit == RESUNIT.CENTIMETER else (0, 0)
    return {axis: 1 / one for axis, one in (("y", y), ("x", x)) if one > 1 / LARGEST_UM}, "micrometer"


def _number(told: object) -> float:
    try:
        return float(str(told))
    except ValueError:
        return 0
