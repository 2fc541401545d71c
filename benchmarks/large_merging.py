"""Joining and numbering many objects, without a network: a square of squares, 64 px apart, in blocks of 4096 × 8192 px.

python benchmarks/large_merging.py 1024      # objects in a row: an image of 65 536²

Every face of a block cuts objects in two, every corner one in four. Prints CPU seconds, and the memory that it took, as JSON.
"""

import json
import sys
import time

import numpy as np
from peak_memory import forget_peak, peak_mb

from custom.large.grid import Grid
from custom.large.merging import joined_parts, tables
from custom.large.objects import measured, packed, parts_in, unpacked


def merging(side: int) -> dict[str, float]:
    """CPU seconds and MB of joining, once each block is labelled."""
    size = side * 64
    shape, block = (1, 1, size, size), (1, min(4096, size // 2), min(8192, size // 2))
    near = [(np.arange(length) + 4) % 64 < 8 for length in block[1:]]
    parts, grid = parts_in((near[0][None, :, None] & near[1][None, None]).astype(np.uint8), 0), Grid(shape, block)
    told = [packed(measured(parts, grid[index], grid.shape)) for index in range(len(grid))]
    before, start = forget_peak(), time.process_time()
    nodes = joined_parts(grid, lambda index: unpacked(told[index]))
    number = max(int(table.max()) for _, table in tables(grid, lambda index: unpacked(told[index]), nodes, 0))
    assert number == (side + 1) ** 2, number
    seconds = time.process_time() - start
    return {"objects": number, "blocks": len(grid), "cpu_s": seconds, "grown_mb": peak_mb() - before}


if __name__ == "__main__":
    print(json.dumps(merging(int(sys.argv[1]))))
