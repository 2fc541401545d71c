"""Geometry of the overlap-tile strategy along one axis, in pixels; two axes are independent of each other.

An image is cut into tiles that begin on multiples of the network's stride. The network is given each tile with a margin on
either side and only the tile's own pixels are kept, so that every pixel is kept once, and with its full context::

         first          start              stop          last
           ├── margin ────┤ ████ tile ██████ ├──── margin ──┤        what the network is given
    ...────┼──────────────┼──────────────────┼──────────────┼──...   the image, mirrored where it ends
                          ├ ─ ─ next tile, on a multiple of the stride

Max-pooling looks at fixed pairs of pixels: off that grid a tile is pooled otherwise than the whole image is.

Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, figure 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# Below so many pixels of width, a CPU's convolutions of 512 channels and more round otherwise (oneDNN, AVX-512).
LEAST_WIDTH = 16


@dataclass(frozen=True)
class Context:
    """What a network wants around a tile, along one axis.

    Attributes:
        margin: pixels on either side that a tile's outputs may depend on; a multiple of `stride` for a network that pads.
        stride: tiles begin on its multiples.
        eaten: pixels on either side by which the output is smaller than the input; 0 for a network that pads.
        remainder: what the input's size leaves when divided by `stride`.
    """

    margin: int
    stride: int
    eaten: int = 0
    remainder: int = 0

    @property
    def least(self) -> int:
        """Pixels that make `LEAST_WIDTH` on the deepest level: 256 for depth 5, 380 without padding."""
        return LEAST_WIDTH * self.stride + (4 * (2 * self.stride - 1) if self.eaten else 0)


class Span(NamedTuple):
    """One axis of a tile: its pixels `start:stop` of the image, and the pixels `first:last` that the network is given."""

    start: int
    stop: int
    first: int
    last: int

    def kept(self, eaten: int) -> slice:
        """Where in the network's output the tile's own pixels lie."""
        begin = self.start - self.first - eaten
        return slice(begin, begin + self.stop - self.start)


def padded_margin(depth: int, blends: bool = False) -> int:
    """Pixels on one side that a tile's outputs depend on, in a network that pads; 94 for depth 5 and tiles on its grid.

    Followed from the output back to the input: a double convolution reaches 2 px further, and upsampling halves the
    distance, rounded up. `blends` says that upsampling mixes neighbouring pixels (bilinear), which reaches one pixel more.
    """
    reach = 2
    for _ in range(depth - 1):
        reach = (reach + 1 + int(blends)) // 2 + 2
    for _ in range(depth - 1):
        reach = 2 * reach + 2
    return reach


def round_up(number: int, multiple: int, remainder: int = 0) -> int:
    """The least whole number that is not below `number` and leaves `remainder` when divided by `multiple`."""
    return number + (remainder - number) % multiple


def spans(size_px: int, tile_size: int, context: Context, mirror: bool = True) -> list[Span]:
    """The tiles along an axis of `size_px` pixels, of about equal size and at most `tile_size`, a multiple of the stride.

    No more tiles than needed, so no more margins; and none so thin, with its margin, that the machine would compute it in
    another way than the whole image. With `mirror`, `first` may be negative and `last` beyond the image, which continues there
    as in a mirror. Without, a tile ends where the image ends.

    Args:
        size_px: pixels of the axis.
        tile_size: most pixels of a tile without its margin.
        context: what the network wants around a tile.
        mirror: whether the image goes on beyond its ends as in a mirror.
    """
    number = -(-size_px // tile_size)
    step = round_up(-(-size_px // number), context.stride)
    return [span(start, min(start + step, size_px), size_px, context, mirror) for start in range(0, size_px, step)]


def span(start: int, stop: int, size_px: int, context: Context, mirror: bool = True) -> Span:
    """The pixels `start:stop` of an axis as a tile, which may begin off the grid.

    Args:
        start: first pixel of the tile.
        stop: first pixel behind it.
        size_px: pixels of the axis.
        context: what the network wants around a tile.
        mirror: whether the axis goes on as in a mirror beyond its ends; if not, a tile ends where it does.
    """
    whole = round_up(size_px + 2 * context.margin, context.stride, context.remainder) if mirror else size_px
    least = min(context.least, whole)
    first = start // context.stride * context.stride - context.margin
    last = first + round_up(stop + context.margin - first, context.stride, context.remainder)
    if mirror:
        return Span(start, stop, first, max(last, first + least))
    first = max(first, 0)
    last = min(max(last, first + least), size_px)
    return Span(start, stop, min(first, (last - least) // context.stride * context.stride), last)


def strips(rows: Span, most_px: int) -> Iterator[Span]:
    """All that the network is given of a tile, in strips of about equal height and at most `most_px`."""
    height = rows.last - rows.first
    step = -(-height // -(-height // most_px))
    for first in range(rows.first, rows.last, step):
        last = min(first + step, rows.last)
        yield Span(first, last, first, last)


def mirrored(first: int, last: int, size_px: int) -> list[int]:
    """Which pixels of an axis stand at `first:last` when it is mirrored at both ends, as often as needed.

    The edge is not repeated: `mirrored(-2, 5, 3)` is `[2, 1, 0, 1, 2, 1, 0]`. An axis of one pixel repeats it, as numpy does.
    """
    period = max(2 * (size_px - 1), 1)
    return [min(i % period, period - i % period) for i in range(first, last)]
