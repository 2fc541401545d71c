"""The logits of a part of an image: bit for bit those that `OverlapTileInferer` gives of all of it.

The network is given the part with its margin, which begins on the network's grid and, where the image ends, ends or is mirrored
as there. On a CPU it runs in strips from top to bottom, and the rows are read as they are wanted.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import torch
from torch import Tensor

from custom.inferers.cutting import accompanied, area, check_output
from custom.inferers.division import column_width
from custom.inferers.memory import BYTES_PER_PIXEL_AND_CHANNEL, first_width, largest_tile, memory_limit
from custom.inferers.strips import stream
from custom.inferers.tiles import Span, mirrored, span, strips
from custom.inferers.windows import strip_rows
from custom.large.network import Model

MOST_SLICES = 8
Read = Callable[[Sequence[int], Sequence[int], Sequence[int]], Tensor]
Parts = Iterator[tuple[list[int], slice, slice, Tensor]]


def logits_of(
    model: Model, read: Read, slices: list[int], rows: slice, columns: slice, size: tuple[int, int], alone: bool
) -> Parts:
    """Slices, rows, columns and logits (B, K, h, w) of parts, which cover the rows and columns of all slices.

    Args:
        model: the network.
        read: gives pixels (B, C, h, w) of slices, rows and columns of the image.
        slices: to predict.
        rows: rows of the image to predict.
        columns: columns of the image to predict.
        size: rows and columns of all the image.
        alone: whether this is a lone image in one piece, which torch may round in its own way.
    """
    network, context, device = model
    width = first_width(network)
    limit_px = memory_limit(device, None) / (BYTES_PER_PIXEL_AND_CHANNEL * width)
    mirror = not network.padding
    whole = [span(one.start, one.stop, length, context, mirror) for one, length in zip((rows, columns), size, strict=True)]
    given_px = [one.last - one.first for one in whole]
    shown = torch.empty(1).expand(1, 1, network.in_channels, *given_px)
    if device.type == "cpu" and (column_px := column_width(network, shown, context, limit_px)):
        for own, z in product(_cuts(columns, column_px, context.stride), slices):
            yield from _streamed(model, read, z, whole[0], span(own.start, own.stop, size[1], context, mirror), size)
        return
    side = largest_tile(limit_px, context)
    tiles = [
        (span(a.start, a.stop, size[0], context, mirror), span(b.start, b.stop, size[1], context, mirror))
        for a, b in product(_cuts(rows, side, context.stride), _cuts(columns, side, context.stride))
    ]
    number = max(1, min(MOST_SLICES, int(limit_px / max(map(area, tiles)))))
    chosen = [slices[start : start + number] for start in range(0, len(slices), number)]
    for tile, some in product(tiles, chosen):
        batch = read(some, *(mirrored(one.first, one.last, length) for one, length in zip(tile, size, strict=True)))
        batch = _channels_last(batch.to(device))
        given = batch if alone and len(tiles) * len(chosen) == 1 else accompanied(batch, width, context)
        output = network(given)
        check_output(output, given, context.eaten)
        own_rows, own_columns = (slice(one.start, one.stop) for one in tile)
        kept = output[: len(some), :, tile[0].kept(context.eaten), tile[1].kept(context.eaten)]
        yield some, own_rows, own_columns, kept.cpu()


def _cuts(own: slice, most_px: int, stride: int) -> list[slice]:
    """Parts of a range of pixels, of at most so many, which begin on the grid where the range does."""
    number = -(-(own.stop - own.start) // most_px)
    step = -(-(own.stop - own.start) // number)
    starts = sorted({own.start, *((own.start + place * step) // stride * stride for place in range(1, number))})
    starts = [start for start in starts if start >= own.start]
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], own.stop], strict=True)]


def _streamed(model: Model, read: Read, z: int, rows: Span, column: Span, size: tuple[int, int]) -> Parts:
    network, context, _ = model
    most_px = strip_rows(network.head.in_channels * (column.last - column.first))
    places = mirrored(column.first, column.last, size[1])

    def given() -> Iterator[tuple[Tensor, bool]]:
        """The strips from top to bottom, and whether each is the last."""
        for strip in strips(rows, most_px):
            batch = read([z], mirrored(strip.first, strip.last, size[0]), places)
            yield _channels_last(batch), strip.last == rows.last

    top = rows.first + context.eaten
    own = slice(column.start, column.stop)
    for output in stream(network, given()):
        below = top + output.shape[2]
        first, last = max(rows.start, top), min(rows.stop, below)
        if first < last:
            kept = output[:, :, first - top : last - top, column.kept(context.eaten)]
            yield [z], slice(first, last), own, kept
        top = below


def _channels_last(batch: Tensor) -> Tensor:
    """A copy whose strides say channels last, which those of a tensor of one channel do not tell otherwise."""
    made = torch.empty(batch.shape, dtype=batch.dtype, device=batch.device, memory_format=torch.channels_last)
    return made.copy_(batch)
