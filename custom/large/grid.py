"""The blocks of an image (T, Z, Y, X), numbered in raster order, each of which one task computes and writes whole chunks of."""

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

Shape4 = tuple[int, int, int, int]
Shape3 = tuple[int, int, int]


class Block(NamedTuple):
    """A block: its number, its time point, and its slices, rows and columns."""

    number: int
    t: int
    z: slice
    y: slice
    x: slice

    @property
    def shape(self) -> Shape3:
        """(Z, Y, X)."""
        return (self.z.stop - self.z.start, self.y.stop - self.y.start, self.x.stop - self.x.start)


@dataclass(frozen=True)
class Grid:
    """Blocks of one size; those at the end may be smaller.

    Attributes:
        shape: (T, Z, Y, X) of the image.
        block: (Z, Y, X) of a block.
    """

    shape: Shape4
    block: Shape3

    @property
    def counts(self) -> Shape4:
        """Blocks along each axis."""
        z, y, x = (-(-size // side) for size, side in zip(self.shape[1:], self.block, strict=True))
        return (self.shape[0], z, y, x)

    def __len__(self) -> int:
        return prod(self.counts)

    def places(self, index: int) -> Shape4:
        """Where a block stands among the others."""
        places = []
        for count in reversed(self.counts):
            index, place = divmod(index, count)
            places.append(place)
        t, z, y, x = reversed(places)
        return (t, z, y, x)

    def number(self, places: Shape4) -> int:
        """The number of the block that stands at these places."""
        index = 0
        for place, count in zip(places, self.counts, strict=True):
            index = index * count + place
        return index

    def __getitem__(self, index: int) -> Block:
        if not 0 <= index < len(self):
            raise IndexError(index)
        t, *places = self.places(index)
        z, y, x = (
            slice(place * side, min((place + 1) * side, size))
            for place, side, size in zip(places, self.block, self.shape[1:], strict=True)
        )
        return Block(index, t, z, y, x)

    def behind(self, index: int, axis: int) -> int | None:
        """The number of the block that follows along an axis, 0 for z, 1 for y, 2 for x; None at the end."""
        if self.places(index)[axis + 1] + 1 == self.counts[axis + 1]:
            return None
        return index + prod(self.counts[axis + 2 :])

    def bands(self) -> list[range]:
        """Runs of blocks in order: no pixel of one comes, in raster order, before a pixel of an earlier one."""
        _, _, y, x = self.counts
        # Rows of blocks that are one slice thick; else all blocks of the same slices.
        size = x if self.block[0] == 1 else y * x
        return [range(start, start + size) for start in range(0, len(self), size)]
