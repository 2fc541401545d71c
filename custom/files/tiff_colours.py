"""What the numbers of a TIFF's pixels stand for: intensities, the greys or colours of a palette, inks, a camera's mosaic."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffPage

from custom.files.grey_palette import looked_up
from custom.files.orientation import TAG, known_orientation

ALPHA = (1, 2)  # ExtraSamples: associated and unassociated alpha
COLOURS: dict[int, str] = {
    PHOTOMETRIC.PALETTE: "colours of a palette",
    PHOTOMETRIC.SEPARATED: "inks (CMYK)",
    PHOTOMETRIC.CIELAB: "colours as CIELab",
    PHOTOMETRIC.ICCLAB: "colours as CIELab",
    PHOTOMETRIC.YCBCR: "colours as YCbCr",
    PHOTOMETRIC.CFA: "a camera's raw mosaic",
}
TO_RGB = (COMPRESSION.OJPEG, COMPRESSION.JPEG, COMPRESSION.APERIO_JP2000_YCBC, COMPRESSION.WEBP)  # by tifffile
AS_STORED = (PHOTOMETRIC.MINISWHITE, PHOTOMETRIC.MINISBLACK)
# Of faxes, whose bits are ink: ImageMagick keeps any mask so that it packs by these. tifffile, which keeps numpy's True as
# black, does not write them.
OF_FAXES = (COMPRESSION.CCITTRLE, COMPRESSION.CCITTFAX3, COMPRESSION.CCITTFAX4)
# Numbers from which the entries of a palette are of 16 bits, as the standard has them; some programs write 8, as libtiff knows.
OF_16_BITS = 256
SIGN = np.uint16(1 << 15)


def colours_of(page: TiffPage, by_imagej: bool) -> str:
    """What the values are if they are no intensities; ImageJ's palettes only say how intensities are shown."""
    if by_imagej or (page.photometric == PHOTOMETRIC.YCBCR and page.compression in TO_RGB):
        return ""
    return COLOURS.get(page.photometric, "")


def greys_of(page: TiffPage, by_imagej: bool) -> NDArray[Any] | None:
    """The grey that each number of a palette stands for; None without a palette, or if one is a colour.

    Of up to 256 numbers these are 8 bits, as viewers show them; of more, 16.
    """
    colours = _palette(page)
    if page.photometric != PHOTOMETRIC.PALETTE or by_imagej or colours is None or not (colours == colours[:1]).all():
        return None
    return colours[0] if colours.shape[1] > OF_16_BITS else np.asarray(colours[0] >> 8, np.uint8)


def palette_bytes(page: TiffPage) -> bytes:
    """Red, green and blue of each number, in 8 bits; empty without a palette."""
    colours = _palette(page)
    return b"" if colours is None else (colours >> 8).astype(np.uint8).T.tobytes()


def alpha_place(page: TiffPage) -> int | None:
    """Which of a pixel's samples is alpha; None if none is, it is the only one, or several are, as libvips calls channels."""
    samples, extra = int(page.samplesperpixel), tuple(page.extrasamples)
    places = [samples - len(extra) + place for place, kind in enumerate(extra) if kind in ALPHA]
    return places[0] if len(places) == 1 and samples > 1 else None


def white_is_zero(page: TiffPage, by_imagej: bool) -> bool:
    """Whether stored numbers are read of which 0 is declared as white; ImageJ declares only how they are shown."""
    return page.photometric == PHOTOMETRIC.MINISWHITE and page.compression not in OF_FAXES and not by_imagej


def orientation_of(page: TiffPage) -> int:
    """The tag of orientation, from 1 to 8."""
    return known_orientation(page.tags.valueof(TAG))


def check_alike(page: Any, first: TiffPage) -> None:
    """Makes sure that a page is to be shown as the first one is, which tells of all.

    Args:
        page: a page; of one that is known to be like the others tifffile keeps only where it lies, and there is nothing to see.
        first: the first page.

    Raises:
        ValueError: if it is turned otherwise, or has another palette, or other colours.
    """
    if not isinstance(page, TiffPage) or page is first:
        return
    as_stored = {page.photometric, first.photometric} <= {*AS_STORED}
    of_fax = not {page.compression, first.compression}.isdisjoint(OF_FAXES)
    same_colours = page.photometric == first.photometric or (as_stored and not of_fax)
    same = same_colours and orientation_of(page) == orientation_of(first) and alpha_place(page) == alpha_place(first)
    if not same or palette_bytes(page) != palette_bytes(first):
        raise ValueError("is turned, or shown in other colours, than the first page; save each page as a file of its own")


def is_signed_by_imagej(tiff: TiffFile) -> bool:
    """Whether signed 16 bits are kept as numbers from 0 on, for -32768: so does ImageJ, and says it by a calibration."""
    told = (tiff.imagej_metadata or {}) if tiff.is_imagej else {}
    return (told.get("cf", 0), told.get("c0"), told.get("c1")) == (0, -32768, 1)


def meant(values: NDArray[Any], tiff: TiffFile, first: TiffPage) -> NDArray[Any]:
    """The values that those stored stand for.

    Raises:
        ValueError: if a palette shows them all alike.
    """
    if (greys := greys_of(first, tiff.is_imagej)) is not None:
        return looked_up(greys, values)
    if first.photometric == PHOTOMETRIC.MINISWHITE and first.compression in OF_FAXES:
        return ~values
    if values.dtype == np.uint16 and is_signed_by_imagej(tiff):
        return np.asarray(values ^ SIGN).view(np.int16)
    return values


def alpha_last(values: NDArray[Any], place: int | None) -> NDArray[Any]:
    """Samples (H, W, S) with that of alpha behind the others."""
    order = [sample for sample in range(values.shape[-1]) if sample != place]
    return values if place in (None, len(order)) else values[..., [*order, place]]


def _palette(page: TiffPage) -> NDArray[np.uint16] | None:
    """(3, numbers), 16 bits each."""
    colours = page.colormap
    if colours is None or colours.max(initial=0) >= OF_16_BITS:
        return colours
    return colours.astype(np.uint16) * np.uint16(257)
