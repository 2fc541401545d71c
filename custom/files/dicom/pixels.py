"""The values of a file's pixels: decoded once, white where it is bright, in the units of the rescale, padding told apart."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels import apply_modality_lut, get_decoder, pixel_array
from pydicom.uid import UID, JPEG2000TransferSyntaxes, JPEGLSTransferSyntaxes, JPEGTransferSyntaxes

from custom.files.dicom.files import DicomFile, errors_name
from custom.files.dicom.kinds import PIXELS
from custom.files.dicom.lossless import LOSSLESS, LOSSLESS_JPEG, decoded_lossless_jpeg, within_stored_bits
from custom.files.errors import named
from custom.files.rounding import check_rounding

PADDING = ("PixelPaddingValue", "FloatPixelPaddingValue", "DoubleFloatPixelPaddingValue")
# What decodes a compression: the packages of the extra `dicom`.
PACKAGES = (
    ((*JPEGTransferSyntaxes, *JPEGLSTransferSyntaxes), "pylibjpeg pylibjpeg-libjpeg"),
    (JPEG2000TransferSyntaxes, "pylibjpeg pylibjpeg-openjpeg"),
)


def stored_frames(file: DicomFile) -> NDArray[Any]:
    """Pixels (frames, rows, columns) as they are stored.

    Raises:
        ValueError: if they are compressed in a way that cannot be decoded here, broken, or not stored from the lowest bit on.
    """
    image, syntax = file.image, UID(str(file.image.file_meta.TransferSyntaxUID))
    _check_bits(file.path, image)
    _check_decoder(file.path, syntax)
    with errors_name(file.path, "its pixels cannot be decoded", "copy it again from its source"):
        keyword = next(keyword for keyword in PIXELS if keyword in image)
        in_file = image.get_item(keyword, keep_deferred=True)
        frames = decoded_lossless_jpeg(image) if syntax in LOSSLESS_JPEG else pixel_array(image)
        if syntax in LOSSLESS:
            frames = within_stored_bits(frames, image)
        image[keyword] = in_file  # so that a series is not held in memory twice
        shape = (int(image.get("NumberOfFrames") or 1), image.Rows, image.Columns)
        return frames.reshape(shape)


def slice_values(name: str, stored: NDArray[Any], header: Dataset) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Values (rows, columns) of a slice in the units of its rescale or look-up table, and where it is padding.

    Raises:
        ValueError: if values are NaN or infinite, lost in 32-bit floats, MONOCHROME1 and no whole numbers, or scaled by 0.
    """
    with errors_name(name, "its pixels cannot be decoded", "copy it again from its source"):
        padding = _padding(stored, header)
        inverted = header.get("PhotometricInterpretation") == "MONOCHROME1"
        if header.get("ModalityLUTSequence"):  # in place of slope and intercept; it counts what is stored
            scaled = np.asarray(apply_modality_lut(stored, header)) * (-1.0 if inverted else 1.0)
        else:
            scaled = _rescaled(_inverted(stored, header) if inverted else stored, header)
        values = np.asarray(scaled, np.float32)
    if not np.isfinite(values[~padding]).all():
        raise ValueError(f"{name}: holds NaN or infinite values; export the series again")
    if not padding.all():
        with named(name):
            check_rounding(scaled[~padding], channels=1)
    return values, padding


def _rescaled(stored: NDArray[Any], header: Dataset) -> NDArray[Any]:
    """By slope and intercept: pydicom takes neither of them if one is absent."""
    slope, intercept = header.get("RescaleSlope"), header.get("RescaleIntercept")
    if slope == 0:
        raise ValueError("its RescaleSlope is 0")
    return stored * (1.0 if slope in (None, "") else float(slope)) + (0.0 if intercept in (None, "") else float(intercept))


def _inverted(stored: NDArray[Any], header: Dataset) -> NDArray[Any]:
    """What MONOCHROME2 would store: of 12 bits, 0 for 4095 and 4095 for 0; of signed ones, -2048 for 2047."""
    if stored.dtype.kind not in "iu":
        raise ValueError("MONOCHROME1 of fractions")
    bits = int(header.BitsStored)
    both = -1 if int(header.get("PixelRepresentation") or 0) else 2**bits - 1
    return both - stored.astype(np.int64)


def _padding(stored: NDArray[Any], header: Dataset) -> NDArray[np.bool_]:
    """PS3.3, C.7.5.1.1.2: the value, or with a limit all from one to the other, as stored, before any rescale."""
    value = next((header[keyword].value for keyword in PADDING if header.get(keyword) is not None), None)
    if value is None:
        return np.zeros(stored.shape, bool)
    limit = header.get("PixelPaddingRangeLimit")
    ends = [_as_stored(end, stored.dtype) for end in (value, value if limit is None else limit)]
    return np.isnan(stored) if np.isnan(value) else (stored >= min(ends)) & (stored <= max(ends))


def _as_stored(value: float, dtype: np.dtype[Any]) -> float:
    """Some write 65535 for -1, or the other way round."""
    if dtype.kind not in "iu" or np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
        return value
    return value - 2**16 if value > 0 else value + 2**16


def _check_bits(path: Path, image: Dataset) -> None:
    """Makes sure that values lie in the lowest bits, as all later standards want: pydicom would cut others."""
    bits, high_bit = image.get("BitsStored"), image.get("HighBit")
    if bits and high_bit is not None and high_bit >= bits:
        raise ValueError(
            f"{path}: stores {bits} bits up to bit {high_bit}, not from the lowest on; convert it with its own program"
        )


def _check_decoder(path: Path, syntax: UID) -> None:
    try:
        if syntax in LOSSLESS_JPEG or get_decoder(syntax).is_available:
            return
        mend = next((f"pip install {package}" for syntaxes, package in PACKAGES if syntax in syntaxes), "")
    except NotImplementedError:
        mend = ""
    mend = f"{mend}, or decompress it" if mend else "decompress it with the program that wrote it"
    raise ValueError(f"{path}: compressed as {syntax.name}, which cannot be decoded here; {mend}")
