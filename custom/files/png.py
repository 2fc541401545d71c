"""What a PNG says of itself that Pillow does not tell, its pixels where Pillow would cut them to 8 bits, and quick palettes."""

import struct
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from custom.files.errors import CUT_OFF_PIXELS

START = b"\x89PNG\r\n\x1a\n"
FIRST_CHUNK = 29  # bytes up to the end of IHDR
CHANNELS = {2: 3, 4: 1, 6: 3}  # by the type of colour, where a pixel has several samples; alpha does not count
# Texts and profiles of colours, of which Pillow refuses a packed one that is larger than a million bytes: a thousand packed.
TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
MOST_TEXT = 1000
PALETTE = 3  # the type of colour whose pixels are numbers of colours


class Png(NamedTuple):
    """What it says of itself.

    Attributes:
        deep_channels: how many channels Pillow would cut from 16 bits to 8, alpha aside; 0 if it reads the file whole.
        exif: the content of its chunk of EXIF, wherever that stands; empty without one.
        has_large_texts: whether Pillow may refuse it for its texts; `without_texts` takes them away.
    """

    deep_channels: int
    exif: bytes = b""
    has_large_texts: bool = False


def read_png(file: BinaryIO, *, pixels: bool = False) -> Png | None:
    """What a PNG is like; None of another format.

    Args:
        file: at its start.
        pixels: whether the checksums of its pixels are checked, which Pillow does not.

    Raises:
        ValueError: if a chunk of it is cut off, so that it has no end (IEND), or pixels are not what their checksum says, or if
            it has 16 bits a channel and is interlaced.
    """
    start = file.read(FIRST_CHUNK)
    file.seek(0)
    if not start.startswith(START):
        return None
    beside = _beside_pixels(file, pixels) if len(start) == FIRST_CHUNK else None
    if beside is None:
        raise ValueError(CUT_OFF_PIXELS)
    bits, colour, interlaced = start[24], start[25], start[28]
    deep_channels = CHANNELS.get(colour, 0) if bits == 16 else 0
    if deep_channels and interlaced:
        raise ValueError("is an interlaced PNG of 16 bits a channel; save it without interlacing")
    return Png(deep_channels, *beside)


def without_texts(file: BinaryIO) -> BinaryIO:
    """A whole PNG without its texts and its profile of colours."""
    file.seek(0)
    content, place, kept = file.read(), len(START), [START]
    while place < len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4])
        if content[place + 4 : place + 8] not in TEXTS:
            kept.append(content[place:end])
        place = end
    return BytesIO(b"".join(kept))


def decode_deep(file: BinaryIO) -> NDArray[Any]:
    """The values (H, W, C) of a PNG with several channels of 16 bits, alpha among them."""
    import imagecodecs  # not in every environment that runs a bundle

    file.seek(0)
    values: NDArray[Any] = imagecodecs.png_decode(file.read())
    return values


def encode_numbers(values: NDArray[np.uint8], colours: NDArray[np.uint8]) -> bytes:
    """A PNG of numbers (H, W) of colours (256, 3), packed by libdeflate, which is quicker than Pillow."""
    import imagecodecs  # not in every environment that runs a bundle

    height, width = values.shape
    rows = np.zeros((height, 1 + width), np.uint8)  # each begins with the number of its filter, 0 for none
    rows[:, 1:] = values
    chunks = {
        b"IHDR": struct.pack(">2I5B", width, height, 8, PALETTE, 0, 0, 0),
        b"PLTE": colours.tobytes(),
        b"IDAT": bytes(imagecodecs.deflate_encode(rows.tobytes(), 1)),
        b"IEND": b"",
    }
    return START + b"".join(_chunk(name, content) for name, content in chunks.items())


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(content, crc32(name)))


def _beside_pixels(file: BinaryIO, pixels: bool) -> tuple[bytes, bool] | None:
    """EXIF, and whether texts are large, of a PNG whose chunks are whole up to the last (IEND); None of another.

    What may follow is no part of it.
    """
    size = file.seek(0, 2)
    place, name, has_pixels, exif, large = len(START), b"", False, b"", False
    while name != b"IEND" and place + 12 <= size:
        file.seek(place)
        length, name = int.from_bytes(file.read(4)), file.read(4)
        place += 12 + length
        has_pixels |= name == b"IDAT"
        large |= name in TEXTS and length > MOST_TEXT
        if place > size:
            break
        if pixels and name == b"IDAT" and crc32(file.read(length), crc32(name)) != int.from_bytes(file.read(4)):
            raise ValueError("unreadable: its pixels are not what their checksum says; save it anew")
        if name == b"eXIf":
            exif = file.read(length)
    file.seek(0)
    return (exif, large) if has_pixels and name == b"IEND" and place <= size else None
