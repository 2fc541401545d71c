"""The passes of a network over an image in tiles, or in columns and strips: what it makes of each, and of all together."""

from collections.abc import Callable, Iterator
from itertools import product

import torch
from torch import Tensor
from tqdm import tqdm

from custom.inferers.cutting import Tile, accompanied, area, as_slices, batches, check_output, cut, keep
from custom.inferers.memory import within_memory
from custom.inferers.strips import stream
from custom.inferers.tiles import Context, Span, round_up, spans, strips
from custom.inferers.windows import strip_rows
from custom.networks import UNet
from custom.system.allocator import freed_memory_kept

Outputs = Iterator[tuple[Tile, list[tuple[int, int]], Tensor]]  # a tile, the chosen slices, and the logits of the network


def in_tiles(
    slices: Tensor, network: Callable[[Tensor], Tensor], device: torch.device, tiles: list[Tile], context: Context,
    *, width: int, batch_size: int, progress: bool, layout: torch.memory_format = torch.channels_last,
) -> Outputs:  # fmt: skip
    """Tiles of slices (N, D, C, H, W), the largest first.

    Args:
        slices: slices of one image or several.
        network: what makes logits of a tile.
        device: where it computes.
        tiles: tiles that cover a slice.
        context: the network's stride, margin and lost pixels.
        width: channels at the network's first level.
        batch_size: slices in one pass.
        progress: whether to show a progress bar.
        layout: memory format of the tiles that the network is given.
    """
    passes = sorted(product(tiles, batches(slices, batch_size)), key=_pixels, reverse=True)
    largest_bytes = _pixels(passes[0]) * width * slices.element_size()
    with freed_memory_kept(largest_bytes if device.type == "cpu" else 0) as give_back:
        for index, (tile, chosen) in enumerate(tqdm(passes, desc="tiles", disable=not progress)):
            if index and _pixels(passes[index - 1]) != _pixels(passes[index]):
                give_back()
            batch = cut(slices, chosen, tile, device, layout)
            if len(passes) > 1:
                batch = accompanied(batch, width, context)
            output = within_memory(network, batch)
            check_output(output, batch, context.eaten)
            yield tile, chosen, output


def in_strips(
    slices: Tensor, network: UNet, column_px: int, context: Context, *, mirror: bool, batch_size: int, progress: bool
) -> Outputs:
    """Columns of slices (N, D, C, H, W), from top to bottom.

    Args:
        slices: slices of one image or several.
        network: one that `can_stream`.
        column_px: width of the widest column, without its margins.
        context: the network's stride, margin and lost pixels.
        mirror: whether the image is mirrored at its borders.
        batch_size: most slices in one pass.
        progress: whether to show a progress bar.
    """
    height, width_px = slices.shape[-2:]
    width = network.head.in_channels
    (rows,) = spans(height, round_up(height, context.stride), context, mirror)
    columns = spans(width_px, column_px, context, mirror)
    given_px = max(column.last - column.first for column in columns)
    passes = list(product(columns, batches(slices, min(batch_size, (column_px + 2 * context.margin) // given_px))))
    with (
        freed_memory_kept(height * width_px * width * slices.element_size()),
        tqdm(total=len(passes) * height, desc="rows", disable=not progress) as progress_bar,
    ):
        for column, chosen in passes:
            most_px = strip_rows(len(chosen) * width * (column.last - column.first))
            top = rows.first + context.eaten
            for output in stream(network, _cut_strips(slices, chosen, rows, column, most_px)):
                below = top + output.shape[2]
                part = Span(max(rows.start, top), min(rows.stop, below), top - context.eaten, below + context.eaten)
                top = below
                if part.start < part.stop:
                    yield (part, column), chosen, output
                    progress_bar.update(part.stop - part.start)


def joined(outputs: Outputs, images: Tensor, context: Context, dtype: torch.dtype | None = None) -> Tensor:
    """The logits of images (N, C, H, W) or volumes (N, C, H, W, D), put together from those of their parts.

    Args:
        outputs: parts that cover all images, at least one.
        images: what the parts were cut from; the logits lie on their device.
        context: the network's stride, margin and lost pixels.
        dtype: type of the logits; by default that of the outputs.
    """
    logits: Tensor | None = None
    for tile, chosen, output in outputs:
        if logits is None:
            shape = len(images), output.shape[1], *images.shape[2:]
            logits = torch.empty(shape, dtype=dtype or output.dtype, device=images.device)
        keep(as_slices(logits), chosen, tile, output, context.eaten)
    assert logits is not None
    return logits


def _cut_strips(
    slices: Tensor, chosen: list[tuple[int, int]], rows: Span, column: Span, most_px: int
) -> Iterator[tuple[Tensor, bool]]:
    """The chosen slices in strips, and whether each is the last."""
    for strip in strips(rows, most_px):
        yield cut(slices, chosen, (strip, column), slices.device), strip.last == rows.last


def _pixels(one: tuple[Tile, list[tuple[int, int]]]) -> int:
    """Pixels that the network is given in a pass."""
    tile, chosen = one
    return area(tile) * len(chosen)
