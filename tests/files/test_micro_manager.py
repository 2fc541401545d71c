"""NDTiff, Micro-Manager's TIFF, of which a file `NDTiff.index` tells where each page lies and what it is."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from custom.files import read_header, read_image

SIZE = (24, 40)
STACK = np.random.default_rng(0).integers(1, 4000, (6, *SIZE)).astype("<u2")
TAGS = 10


def write_ndtiff(path: Path, stack: NDArray[np.uint16]) -> list[int]:
    """A file of version 3, by its definition; where its planes lie."""
    file, places = bytearray(struct.pack("<2sHI5I", b"II", 42, 30, 483729, 3, 3, 2355492, 2) + b"{}"), []
    following = 4
    for plane in stack:
        start, data = len(file), plane.tobytes()
        pixels = start + 2 + 12 * TAGS + 4
        tags = [
            (256, 4, 1, SIZE[1]),
            (257, 4, 1, SIZE[0]),
            (258, 3, 1, 16),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 4, 1, pixels),
        ]
        tags += [(277, 3, 1, 1), (278, 3, 1, SIZE[0]), (279, 4, 1, len(data)), (51123, 2, 8, pixels + len(data))]
        file[following : following + 4] = struct.pack("<I", start)
        file += struct.pack("<H", TAGS) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
        following = len(file)
        file += bytes(4) + data + b'{"a": 1}'
        places.append(pixels)
    path.write_bytes(file)
    return places


def write_index(folder: Path, name: str, places: list[int]) -> None:
    """Planes of two channels one after the other, then the next slice."""
    index = b""
    for number, place in enumerate(places):
        axes = json.dumps({"channel": ("DAPI", "FITC")[number % 2], "z": number // 2}).encode()
        index += struct.pack("<I", len(axes)) + axes + struct.pack("<I", len(name)) + name.encode()
        index += struct.pack("<IiiiiIii", place, SIZE[1], SIZE[0], 1, 0, 0, 0, 0)
    (folder / "NDTiff.index").write_bytes(index)


def test_channels_and_slices_are_those_of_the_index(tmp_path):
    write_index(tmp_path, "a_NDTiffStack.tif", write_ndtiff(tmp_path / "a_NDTiffStack.tif", STACK))
    last = read_image(f"{tmp_path / 'a_NDTiffStack.tif'}[2]")
    assert (last.header.pages, last.header.channels) == (3, 2)
    assert np.array_equal(last.values, np.moveaxis(STACK[4:], 0, -1))


def test_pages_without_their_index_are_refused(tmp_path):
    """Before, channels were pages of their own, in silence."""
    write_ndtiff(tmp_path / "a_NDTiffStack.tif", STACK)
    with pytest.raises(ValueError, match="holds 6 pages, whose axes NDTiff.index tells, which is not beside it; copy it, too"):
        read_header(tmp_path / "a_NDTiffStack.tif")
    write_ndtiff(tmp_path / "b.tif", STACK[:1])
    assert np.array_equal(read_image(tmp_path / "b.tif").values, STACK[0])
