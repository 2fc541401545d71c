"""TIFF files made by hand, of kinds that no library at hand writes."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHORT, LONG = 3, 4


def packed(values: NDArray[Any], bits: int) -> bytes:
    """Rows of whole numbers, each of so many bits, every row filled up to a whole byte, most significant bit first."""
    digits = (values[..., None].astype(np.uint64) >> np.arange(bits, dtype=np.uint64)[::-1]) & 1
    return np.packbits(digits.reshape(len(values), -1).astype(np.uint8), axis=1).tobytes()


def write_tiff(
    path: Path, size: tuple[int, int], data: bytes, bits: int = 8, order: str = "<", **tags: int | tuple[int, ...]
) -> None:
    """One strip of data; `tags` are numbers like t262=1, the photometric interpretation."""
    height, width = size
    usual = {256: width, 257: height, 258: bits, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(data)}
    entries: dict[int, tuple[int, ...]] = {tag: (value,) for tag, value in usual.items()}
    entries |= {int(tag[1:]): value if isinstance(value, tuple) else (value,) for tag, value in tags.items()}
    directory = 8 + len(data) + len(data) % 2
    beyond, extra = directory + 2 + 12 * len(entries) + 4, b""
    rows = b""
    for tag, values in sorted(entries.items()):
        kind, letter = (SHORT, "H") if max(values) < 65536 and tag not in (273, 279) else (LONG, "I")
        content = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(content) > 4:
            content, extra = struct.pack(f"{order}I", beyond + len(extra)), extra + content
        rows += struct.pack(f"{order}HHI", tag, kind, len(values)) + content.ljust(4, b"\0")
    start = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, directory)
    body = data + b"\0" * (len(data) % 2) + struct.pack(f"{order}H", len(entries)) + rows + b"\0" * 4 + extra
    path.write_bytes(start + body)
