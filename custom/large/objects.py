"""The objects of one block: parts of connected components, with what is needed to join them across blocks."""

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from custom.large.grid import Block

PIXELS = 2**22
STRUCTURE = ndimage.generate_binary_structure(3, 1)


class Parts(NamedTuple):
    """The parts 1, 2 … of objects in a block, in raster order.

    Attributes:
        sizes: pixels of each.
        first: the first pixel of each, by its place in the raster order of the time point.
        touching: parts that lie on a face, in order.
        faces: parts on the first and the last slice, row and column of the block; empty where no block follows.
    """

    sizes: NDArray[np.int64]
    first: NDArray[np.int64]
    touching: NDArray[np.int32]
    faces: Sequence[NDArray[np.int32]]


class PackedFaces(Sequence[NDArray[np.int32]]):
    """Faces that stay compressed until they are looked at: a slice of a stack may have a hundred megabytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __len__(self) -> int:
        return 6

    def __getitem__(self, place: Any) -> Any:
        with np.load(io.BytesIO(self.content), allow_pickle=False) as found:
            return found[f"face{place}"]


def parts_in(labels: NDArray[np.uint8], border_class: int) -> NDArray[np.int32]:
    """The parts (Z, Y, X) of objects in the labels of a block; of the same labels always the same."""
    mask = (labels > 0) & (labels != border_class) if border_class else labels > 0
    parts, _ = ndimage.label(mask, structure=STRUCTURE, output=np.int32)
    return np.asarray(parts, np.int32)


def measured(parts: NDArray[np.int32], block: Block, shape: tuple[int, int, int, int]) -> Parts:
    """What is needed of the parts of a block of an image (T, Z, Y, X)."""
    flat = parts.reshape(-1)
    number = int(flat.max(initial=0))
    first, sizes = np.zeros(number, np.int64), np.zeros(number + 1, np.int64)
    for start in reversed(range(0, flat.size, PIXELS)):  # some at a time, so that little memory is taken
        some = flat[start : start + PIXELS]
        inside = np.flatnonzero(some)
        first[some[inside[::-1]] - 1] = start + inside[::-1]  # the last that is assigned stays: the first pixel
        sizes += np.bincount(some, minlength=number + 1)
    z, y, x = np.unravel_index(first, parts.shape)
    place = ((z + block.z.start) * shape[2] + y + block.y.start) * shape[3] + x + block.x.start
    faces = [
        np.asarray(parts.take(end, axis), np.int32) if beyond else np.zeros(0, np.int32)
        for axis, (own, size) in enumerate(zip((block.z, block.y, block.x), shape[1:], strict=True))
        for end, beyond in ((0, own.start > 0), (-1, own.stop < size))
    ]
    touching = np.unique(np.concatenate([face.ravel() for face in faces]))
    return Parts(sizes[1:], np.asarray(place, np.int64), touching[touching > 0], faces)


def packed(parts: Parts) -> bytes:
    """The parts as bytes."""
    file = io.BytesIO()
    faces = {f"face{place}": face for place, face in enumerate(parts.faces)}
    np.savez_compressed(file, sizes=parts.sizes, first=parts.first, touching=parts.touching, **faces)  # type: ignore[arg-type]
    return file.getvalue()


def unpacked(content: bytes) -> Parts:
    """The parts in the bytes that `packed` made."""
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return Parts(found["sizes"], found["first"], found["touching"], PackedFaces(content))


def packed_table(table: NDArray[np.uint32]) -> bytes:
    """A table of numbers of objects, by part, as bytes."""
    file = io.BytesIO()
    np.save(file, table)
    return file.getvalue()


def unpacked_table(content: bytes) -> NDArray[np.uint32]:
    """The table in the bytes that `packed_table` made."""
    table: NDArray[np.uint32] = np.load(io.BytesIO(content), allow_pickle=False)
    return table
