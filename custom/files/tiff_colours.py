"""What the values of a TIFF stand for: greys, or colours that are no intensities."""

import numpy as np
from numpy.typing import NDArray
from tifffile import COMPRESSION, PHOTOMETRIC, TiffPage

COLOURS: dict[int, str] = {
    PHOTOMETRIC.PALETTE: "colours of a palette",
    PHOTOMETRIC.SEPARATED: "inks (CMYK)",
    PHOTOMETRIC.CIELAB: "colours as CIELab",
    PHOTOMETRIC.ICCLAB: "colours as CIELab",
    PHOTOMETRIC.YCBCR: "colours as YCbCr",
    PHOTOMETRIC.CFA: "a camera's raw mosaic",
}
TO_RGB = (COMPRESSION.OJPEG, COMPRESSION.JPEG, COMPRESSION.APERIO_JP2000_YCBC, COMPRESSION.WEBP)  # by tifffile


def colours_of(page: TiffPage, by_imagej: bool) -> str:
    """What the values are if they are no intensities; ImageJ's palettes only say how intensities are shown."""
    if by_imagej or (page.photometric == PHOTOMETRIC.YCBCR and page.compression in TO_RGB):
        return ""
    return COLOURS.get(page.photometric, "")


def greys_of(page: TiffPage, by_imagej: bool) -> NDArray[np.uint8] | None:
    """The grey that each number of a palette stands for; None without a palette, or if one is a colour."""
    colours = page.colormap  # (3, 2 to the power of the bits), 16 bits each
    if page.photometric != PHOTOMETRIC.PALETTE or by_imagej or colours is None or not (colours == colours[:1]).all():
        return None
    return np.asarray(colours[0] >> 8, np.uint8)


def palette_of(colormap: NDArray[np.uint16]) -> bytes:
    """Red, green and blue of each number of a palette (3, numbers), in 8 bits."""
    return (colormap >> 8).astype(np.uint8).T.tobytes()
