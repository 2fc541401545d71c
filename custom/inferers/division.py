"""How an image is divided before a network sees it: into columns, into tiles, or not at all.

Columns are computed in strips, from top to bottom (`custom.inferers.strips`): no row is computed twice, and what is in use fits
the cache. An image that is wider than 8192 px, or than the memory limit allows, has several columns with a margin. All else,
and what would make thin columns, is cut into tiles.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from torch import Tensor

from custom.inferers.context import network_context, refuse_global_context, sees_whole_images, tells_its_context
from custom.inferers.cutting import Tile
from custom.inferers.memory import first_width, largest_tile, widest_column
from custom.inferers.streamable import can_stream
from custom.inferers.tiles import Context, Span, spans

WHOLE = Context(margin=0, stride=1)  # for an image that is not cut


def context_for(network: Callable[..., Any], *, mirror: bool, tile_size: int | None, told: Mapping[str, Any]) -> Context:
    """The context of a network's tiles; `WHOLE` if it has none, and nothing asks for tiles: its image is not cut.

    Args:
        network: the network.
        mirror: whether the image is mirrored at its borders.
        tile_size: the side of a tile that is asked for.
        told: arguments of `network_context`, which tell the size of a neighbourhood.

    Raises:
        ValueError: if the network would be cut and has global context, does not tell its depth, or does not pad while
            `mirror` is off.
    """
    asked_for = mirror or tile_size is not None or any(value is not None for value in told.values())
    whole = not asked_for and (sees_whole_images(network) or not tells_its_context(network))
    refuse_global_context(network, whole)
    context = WHOLE if whole else network_context(network, **told)
    if context.eaten and not mirror:
        raise ValueError("mirror must be True for a network without padding, which cannot predict an image's border otherwise")
    return context


def column_width(network: Callable[..., Any], slices: Tensor, context: Context, limit_px: float) -> int:
    """Width in pixels of the widest column to compute in strips; 0 where tiles or one pass are better.

    Args:
        network: the network, which may be any.
        slices: slices (…, C, H, W) of one image or several.
        context: the network's stride, margin and lost pixels.
        limit_px: how many pixels the memory limit allows in one pass.
    """
    if context is WHOLE or not can_stream(network, slices, context):
        return 0
    width_px = widest_column(limit_px, first_width(network), context)
    return width_px if width_px >= min(slices.shape[-1], 8 * context.margin) else 0  # margins cost a quarter at most


def tiles_of(size_px: Sequence[int], context: Context, limit_px: float, *, tile_size: int | None, mirror: bool) -> list[Tile]:
    """Tiles that cover an image of `size_px` (H, W): of the side `tile_size`, else as large as `limit_px` pixels allow.

    Args:
        size_px: rows and columns of the image.
        context: the network's stride, margin and lost pixels; of `WHOLE` the image is one tile.
        limit_px: how many pixels the memory limit allows in one pass.
        tile_size: side of a tile without its margin, a multiple of the stride; None for the largest that fits.
        mirror: whether the image is mirrored at its borders.

    Raises:
        ValueError: if `tile_size` is not a multiple of the stride, or if not even a tile of one stride fits the limit.
    """
    if context is WHOLE:
        height, width = size_px
        return [(Span(0, height, 0, height), Span(0, width, 0, width))]
    side_px = largest_tile(limit_px, context) if tile_size is None else _on_grid(tile_size, context.stride)
    rows, columns = (spans(length_px, side_px, context, mirror) for length_px in size_px)
    return list(product(rows, columns))


def _on_grid(tile_size: int, stride: int) -> int:
    if tile_size % stride:
        mend = max(tile_size // stride * stride, stride)
        raise ValueError(f"tile_size must be a multiple of the stride ({stride}), got {tile_size}: take {mend}")
    return tile_size
