"""Arrays in as few bytes as their values need, and back, bit for bit.

What an 8-bit file holds has at most 256 values a channel, and still has after it was normalised. So a number below 256 is kept
for each pixel, and for each channel the list of its values::

    float32   −0.5  1.25 −0.5  3.0      codes  0 1 0 2  (uint8)      values  −0.5  1.25  3.0
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CODES = ((np.dtype(np.uint8), 256), (np.dtype(np.uint16), 65536))  # and how many values each can tell apart


class Packed(NamedTuple):
    """Codes (C, …), and the values (C, up to 256 or 65 536) that they stand for; without values the codes are the array."""

    codes: NDArray[np.generic]
    values: NDArray[np.generic] | None


def pack(array: NDArray[np.generic]) -> Packed:
    """The array (C, …), packed if that is smaller."""
    if array.ndim < 2 or not array.size or array.dtype.kind not in "fiu" or array.itemsize == 1:
        return Packed(array, None)
    bits = np.ascontiguousarray(array).view(f"i{array.itemsize}")  # −0 is not 0, and NaN equals itself
    found = [np.unique(channel) for channel in bits]
    number = max(map(len, found))
    for dtype, most in CODES:
        smaller = array.size * dtype.itemsize + len(array) * number * array.itemsize < array.nbytes
        if number <= most and smaller:
            codes = [np.searchsorted(known, channel).astype(dtype) for known, channel in zip(found, bits, strict=True)]
            filled = [np.pad(known, (0, number - len(known)), mode="edge") for known in found]
            return Packed(np.stack(codes), np.stack(filled).view(array.dtype))
    return Packed(array, None)


def unpack(packed: Packed) -> NDArray[np.generic]:
    """The array as it was, in memory of its own."""
    codes, values = packed
    if values is None:
        return codes.copy()
    array = np.empty(codes.shape, values.dtype)
    for known, channel, out in zip(values, codes, array, strict=True):
        np.take(known, channel, out=out, mode="clip")  # unlike "raise" without a buffer; all codes are in range
    return array
