"""How large a tile, and how many images at once, a memory limit allows."""

import math
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from custom.inferers.tiles import Context, round_up
from custom.inferers.windows import strip_rows

# Measured peak of an evaluation pass: 29 to 37 bytes for each pixel and each channel of the first level in float32, with and
# without batch normalisation, at 16 to 64 channels (CPU, torch 2.13); about 60 % of it in bfloat16. Where the process keeps
# freed memory (`custom.system.allocator`), 46 to 53.
BYTES_PER_PIXEL_AND_CHANNEL = 54
# A network in strips takes as much as a pass of so many times the rows of a strip: measured 2 to 5.
STRIPS_IN_USE = 5
WIDEST_COLUMN_PX = 8192
PAPER_WIDTH = 64
CPU_LIMIT_MB = 1280


def memory_limit(device: torch.device, limit_mb: float | None) -> float:
    """Bytes that a pass may take: the given limit, else half of what is free on a GPU, and 1280 MB on a CPU."""
    if limit_mb is None and device.type == "cuda":
        kept_by_torch = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return (torch.cuda.mem_get_info(device)[0] + kept_by_torch) / 2
    return (CPU_LIMIT_MB if limit_mb is None else limit_mb) * 2**20


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error tells that memory is short, on a GPU or a CPU."""
    short = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return short or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error))


def within_memory(network: Callable[[Tensor], Tensor], batch: Tensor) -> Tensor:
    """What a network makes of a batch; where memory is short, of its halves, which is said in one line.

    Args:
        network: a network whose outputs do not depend on what else is in a batch.
        batch: (N, C, H, W), N ≥ 1.

    Raises:
        RuntimeError: if not even a single image fits; it is torch's own.
    """
    try:
        return network(batch)
    except (RuntimeError, MemoryError) as error:
        if len(batch) == 1 or not is_out_of_memory(error):
            raise
    # Outside the handler, which keeps what the failed pass had allocated.
    half = len(batch) // 2
    tqdm.write(f"{len(batch)} slices or tiles do not fit the memory of {batch.device}: {half} at a time", file=sys.stderr)
    return torch.cat([within_memory(network, part) for part in (batch[:half], batch[half:])])


def first_width(network: Callable[..., Any]) -> int:
    """Channels of the first level; those of the paper's network for a callable that is no module and does not tell them."""
    parameters = network.parameters() if isinstance(network, nn.Module) else ()
    return next((p.shape[0] for p in parameters if p.dim() == 4), PAPER_WIDTH)


def device_of(network: Callable[..., Any], images: Tensor) -> torch.device:
    """Where a network computes; for one without parameters, where the images are."""
    parameters = network.parameters() if isinstance(network, nn.Module) else iter(())
    return next((parameter.device for parameter in parameters), images.device)


def largest_tile(limit_px: float, context: Context) -> int:
    """Side of the largest square tile that, with its margin, has at most `limit_px` pixels.

    Raises:
        ValueError: if not even a tile of one stride fits.
    """
    side, margins = math.isqrt(int(limit_px)), round_up(2 * context.margin, context.stride, context.remainder)
    least = max(margins + context.stride, context.least)
    if side < least:
        factor = math.ceil(least**2 / limit_px)
        raise ValueError(
            f"memory_limit_mb must allow a tile of {context.stride} px with its margin: give {factor} times as much"
        )
    return (side - margins) // context.stride * context.stride


def streamed_px(width_px: int, width: int, context: Context) -> float:
    """Pixels that take as much in one pass as an image so wide in strips, with `width` channels at the first level.

    The skips hold as many rows as the margin has.
    """
    return width_px * (STRIPS_IN_USE * strip_rows(width * width_px) + context.margin / 6)


def widest_column(limit_px: float, width: int, context: Context) -> int:
    """Width of the widest column that, with its margins and in strips, takes as much as `limit_px` pixels.

    0 where not even one of `Context.least` fits.
    """
    margins = round_up(2 * context.margin, context.stride, context.remainder)
    least = max(context.stride, context.least - margins)
    for column_px in range(WIDEST_COLUMN_PX, least - 1, -context.stride):
        if streamed_px(column_px + margins, width, context) <= limit_px:
            return column_px
    return 0
