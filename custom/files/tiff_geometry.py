"""Where the pixels of a TIFF lie and how large they are, for a mask beside it: GeoTIFF, the resolution, ImageJ's unit."""

from typing import Any

from tifffile import TiffFile

from custom.files.tiff_colours import orientation_of

# Size and place of pixels, or a matrix of both, and the keys of the coordinates with their numbers and texts.
GEO_TAGS = (33550, 33922, 34264, 34735, 34736, 34737)
RESOLUTION = (282, 283)
RESOLUTION_UNIT, NO_UNIT = 296, 1
DESCRIPTION = "description"
Geometry = tuple[tuple[str, Any], ...]


def geometry_of(tiff: TiffFile) -> Geometry:
    """Arguments of `tifffile.imwrite` that give another image the geometry of the first one; none if that is turned."""
    page: Any = tiff.pages.first
    if orientation_of(page) != 1:
        return ()
    tags = [(tag.code, tag.dtype, tag.count, tag.value, True) for tag in map(page.tags.get, GEO_TAGS) if tag is not None]
    told: list[tuple[str, Any]] = [("extratags", tuple(tags))] if tags else []
    x, y = (page.tags.valueof(code) for code in RESOLUTION)
    if _is_rational(x) and _is_rational(y):
        told += [("resolution", (x, y)), ("resolutionunit", int(page.tags.valueof(RESOLUTION_UNIT) or NO_UNIT))]
        if tiff.is_imagej and (unit := (tiff.imagej_metadata or {}).get("unit")):
            told.append((DESCRIPTION, f"ImageJ=1.11a\nunit={_escaped(str(unit))}\n"))
    return tuple(told)


def _is_rational(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, int) and one > 0 for one in value)


def _escaped(text: str) -> str:
    """As ImageJ writes letters such as that of micrometres."""
    return "".join(letter if letter.isascii() else f"\\u{ord(letter):04X}" for letter in text)
