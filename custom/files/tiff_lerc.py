"""Pixels without a value in a TIFF of floats that LERC compressed."""

from typing import Any

import numpy as np
from tifffile import COMPRESSION, TiffFile, TiffPage


def check_lerc_mask(tiff: TiffFile, page: TiffPage) -> None:
    """Makes sure that LERC's mask leaves out no pixel of a page of floats: tifffile reads 0 there, libtiff NaN.

    `findings/tifffile_lerc_without_its_mask.sh` shows it.

    Raises:
        ValueError: if it does.
    """
    if page.compression != COMPRESSION.LERC or np.dtype(page.dtype).kind != "f":
        return
    import imagecodecs  # not in every environment that runs a bundle

    for data, _ in tiff.filehandle.read_segments(page.dataoffsets, page.databytecounts):
        mask: Any = imagecodecs.lerc_decode(data, masks=True)[1] if isinstance(data, bytes) and data else None
        if mask is not None and not mask.all():
            raise ValueError(
                "has pixels without a value (NaN), which LERC keeps in a mask of its own; save it with Deflate or LZW"
            )
