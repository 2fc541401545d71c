"""Tiles as tensors: cut from images, and their logits kept."""

from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from custom.inferers.tiles import Context, Span, mirrored

Tile = tuple[Span, Span]

# torch convolves a lone float32 image of at most so many values on a CPU by another algorithm, which rounds differently.
LONE_IMAGE_VALUES = 20480


def as_slices(images: Tensor) -> Tensor:
    """A view (N, D, C, H, W) of images (N, C, H, W), of which D is 1, or of volumes (N, C, H, W, D)."""
    return images[:, None] if images.dim() == 4 else images.movedim(-1, 1)


def area(tile: Tile) -> int:
    """Pixels that the network is given for a tile."""
    rows, columns = tile
    return (rows.last - rows.first) * (columns.last - columns.first)


def batches(slices: Tensor, batch_size: int) -> list[list[tuple[int, int]]]:
    """Indices (n, d) of the slices (N, D, C, H, W), `batch_size` at a time, and at least one."""
    indices = list(product(range(slices.shape[0]), range(slices.shape[1])))
    step = max(batch_size, 1)
    return [indices[i : i + step] for i in range(0, len(indices), step)]


def cut(
    slices: Tensor,
    chosen: list[tuple[int, int]],
    tile: Tile,
    device: torch.device,
    layout: torch.memory_format = torch.channels_last,
) -> Tensor:
    """The tile with its margin from each chosen slice (n, d) of (N, D, C, H, W), as a batch (B, C, h, w).

    Whole images that lie in memory as they are wanted are not copied. Channels last, torch's rounding does not depend on the
    size of the tile.

    Args:
        slices: slices of one image or several.
        chosen: neighbours, as `batches` gives them.
        tile: rows and columns.
        device: where the batch is wanted.
        layout: the memory format that is wanted.
    """
    # Channels last, a tensor of one channel does not tell how it lies.
    if layout == torch.contiguous_format and slices.shape[1] == 1 and device == slices.device and _is_whole(tile, slices):
        images = slices[chosen[0][0] : chosen[-1][0] + 1, 0]
        if images.is_contiguous():
            return images
    shape = (len(chosen), slices.shape[2], *(span.last - span.first for span in tile))
    # A tensor of one channel passes for either layout; its strides, set here, tell torch which one is meant.
    batch = torch.empty(shape, dtype=slices.dtype, device=device, memory_format=layout)
    take = _taker(tile, slices)
    for index, (n, d) in enumerate(chosen):
        batch[index] = take(slices[n, d])
    return batch


def _is_whole(tile: Tile, slices: Tensor) -> bool:
    """Whether a tile is all of a slice, and no more."""
    return [(span.first, span.last) for span in tile] == [(0, size) for size in slices.shape[-2:]]


def _taker(tile: Tile, slices: Tensor) -> Callable[[Tensor], Tensor]:
    """What takes the tile with its margin from a slice (C, H, W): a view, unless it is mirrored at the border."""
    (rows, columns), (height, width) = tile, slices.shape[-2:]
    if min(rows.first, columns.first) >= 0 and rows.last <= height and columns.last <= width:
        return lambda image: image[:, rows.first : rows.last, columns.first : columns.last]
    places = [
        torch.tensor(mirrored(span.first, span.last, size), device=slices.device)
        for span, size in ((rows, height), (columns, width))
    ]
    return lambda image: image[:, places[0][:, None], places[1]]


def fewest_values(batch: Tensor, width: int, context: Context) -> float:
    """The fewest values, of one image of a batch (B, C, h, w), that enter a convolution of a U-Net.

    They enter either the first one, or the one after the last pooling: `width` channels of the first level, doubled at each
    pooling but the last, on 1 / stride² of the pixels, less those that convolutions without padding have eaten by then.
    """
    height, width_px = batch.shape[-2:]
    eaten = 4 * (context.stride - 1) if context.eaten else 0
    deepest = (height - eaten) * (width_px - eaten) * width / (2 * context.stride)
    return min(batch[0].numel(), deepest)


def accompanied(batch: Tensor, width: int, context: Context) -> Tensor:
    """The batch, on a CPU with a copy of an image that torch, were it alone, would round unlike large ones.

    Args:
        batch: (B, C, h, w).
        width: channels at the network's first level.
        context: the network's stride, margin and lost pixels.
    """
    lone = len(batch) == 1 and batch.device.type == "cpu" and fewest_values(batch, width, context) <= LONE_IMAGE_VALUES
    return torch.cat([batch, batch]) if lone else batch


def check_output(output: Tensor, batch: Tensor, eaten: int) -> None:
    """Refuse what the network made of a batch, if it is not one tensor smaller by `eaten` pixels on each side.

    Args:
        output: what the network returned.
        batch: what it was given, (B, C, h, w).
        eaten: pixels on either side by which the output should be smaller.

    Raises:
        ValueError: naming the size that is wanted, and what came.
    """
    height, width = (size - 2 * eaten for size in batch.shape[-2:])
    got = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
    if not isinstance(output, Tensor) or output.shape[-2:] != (height, width):
        raise ValueError(f"network must return one tensor of {height}×{width} pixels for {tuple(batch.shape)}, got {got}")


def keep(logits: Tensor, chosen: list[tuple[int, int]], tile: Tile, output: Tensor, eaten: int) -> None:
    """Write the tile's own pixels of the network's output (B, K, h, w) into the chosen slices of the logits (N, D, K, H, W)."""
    rows, columns = tile
    own = output[:, :, rows.kept(eaten), columns.kept(eaten)]
    for (n, d), image in zip(chosen, own, strict=False):
        logits[n, d, :, rows.start : rows.stop, columns.start : columns.stop] = image
