"""How large the blocks of an image are, and the chunks and levels of what is written."""

from math import prod

from custom.inferers.cutting import LONE_IMAGE_VALUES
from custom.inferers.tiles import Context, round_up
from custom.large.grid import Grid, Shape4

ROWS, COLUMNS = 4096, 8192  # with a margin of 96 px a network computes 7 % of the pixels twice
LARGEST_CHUNK = 512
MOST_BLOCKS = 10**7
SMALLEST_CHUNK = 32
SMALLEST_LEVEL = 1024


def planned(shape: Shape4, context: Context, factor: int, width: int, block: tuple[int, int] | None = None) -> Grid:
    """The blocks of an image.

    Args:
        shape: (T, Z, Y, X) of the image.
        context: the network's stride, margin and lost pixels.
        factor: by which the network sees the image smaller.
        width: channels of its first level.
        block: rows and columns of a block; by default 4096 and 8192, of thin slices several.

    Raises:
        ValueError: if the block is off the network's grid, or there are too many.
    """
    step = context.stride * factor
    rows, columns = block or (round_up(ROWS, step), round_up(COLUMNS, step))
    for side in (rows, columns):
        if side < 1 or side % step:
            mend = max(side // step * step, step)
            raise ValueError(f"block must be multiples of {step} px for these weights, got {rows} {columns}; take {mend}")
    # Small lone images are rounded by torch in their own way, and so stay in one piece.
    if shape[1] == 1 and _is_lone(shape, factor, width, context):
        rows, columns = (round_up(size, step) for size in shape[2:])
    rows, columns = (min(side, round_up(size, step)) for side, size in zip((rows, columns), shape[2:], strict=True))
    depth = max(1, min(shape[1], ROWS * COLUMNS // 8 // (rows * columns))) if block is None else 1
    grid = Grid(shape, (depth, rows, columns))
    if (blocks := prod(grid.counts)) > MOST_BLOCKS:
        raise ValueError(
            f"IN has {blocks} blocks of {rows} × {columns} px, more than {MOST_BLOCKS}; take larger ones with --block"
        )
    return grid


def levels(grid: Grid) -> int:
    """Levels of a pyramid, of which a block owns whole chunks on each."""
    side, number = max(grid.shape[2:]), 1
    rows, columns = grid.block[1:]
    while side > SMALLEST_LEVEL and not any(one % 2 or one // 2 < SMALLEST_CHUNK for one in (rows, columns)):
        side, rows, columns, number = -(-side // 2), rows // 2, columns // 2, number + 1
    return number


def chunk_side(side: int) -> int:
    """The largest divisor of a block's side that is at most 512."""
    return next(size for size in range(min(side, LARGEST_CHUNK), 0, -1) if side % size == 0)


def _is_lone(shape: Shape4, factor: int, width: int, context: Context) -> bool:
    pixels = shape[2] * shape[3] / factor**2
    return pixels * min(1, width / (2 * context.stride)) <= LONE_IMAGE_VALUES
