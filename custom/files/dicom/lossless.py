"""Pixels that were compressed without loss: the same values as if they had not been compressed.

Measured on pylibjpeg-libjpeg 2.5.0: of lossless JPEG it cuts values that ITU-T T.81 (H.2.1) lets go round. libjpeg-turbo, which
imagecodecs brings, does not. Measured on pydicom 3.0.2: bits above BitsStored stay in the values of JPEG-LS and JPEG 2000.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import HTJ2KLossless, HTJ2KLosslessRPCL, JPEG2000Lossless, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless

LOSSLESS_JPEG = (JPEGLossless, JPEGLosslessSV1)
LOSSLESS = (*LOSSLESS_JPEG, JPEGLSLossless, JPEG2000Lossless, HTJ2KLossless, HTJ2KLosslessRPCL)


def decoded_lossless_jpeg(image: Dataset) -> NDArray[Any]:
    """Pixels (frames, rows, columns) of lossless JPEG, signed as the header says."""
    import imagecodecs

    frames = generate_frames(image.PixelData, number_of_frames=int(image.get("NumberOfFrames") or 1))
    values = np.stack([imagecodecs.jpeg8_decode(frame) for frame in frames])
    return values.astype(f"{'i' if image.PixelRepresentation else 'u'}{image.BitsAllocated // 8}")


def within_stored_bits(values: NDArray[Any], image: Dataset) -> NDArray[Any]:
    """The values of their lowest BitsStored bits, of which the highest is the sign of signed ones (PS3.5, 8.1.1)."""
    spare = 8 * values.dtype.itemsize - int(image.BitsStored)
    if spare <= 0 or values.dtype.kind not in "iu":
        return values
    return np.asarray((values << spare) >> spare, values.dtype)
