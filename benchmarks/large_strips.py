"""A TIFF in strips of all its width against the same image in tiles: what `segment` takes for each, and how often it decodes.

python benchmarks/large_strips.py      # prints seconds of CPU time and pieces decoded for each stored one as JSON
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from large_image import write_thin_weights
from tifffile.zarr import ZarrTiffStore

from custom.large import segment

ROWS, COLUMNS = 2048, 8192


def segmented(folder: Path, name: str, pieces: int, **layout: Any) -> dict[str, float]:
    """What an image of 16 bits takes, compressed by Deflate."""
    image = np.random.default_rng(0).normal(1000, 50, (ROWS, COLUMNS)).astype(np.uint16)
    tifffile.imwrite(folder / f"{name}.tif", image, compression="zlib", **layout)
    decoded, get = [], ZarrTiffStore.get

    async def counted(store: Any, key: str, *given: Any, **more: Any) -> Any:
        if key.rpartition("/")[2][:1].isdecimal():  # no metadata
            decoded.append(key)
        return await get(store, key, *given, **more)

    ZarrTiffStore.get = counted
    try:
        start, weights = time.process_time(), str(write_thin_weights(folder))
        segment(str(folder / f"{name}.tif"), str(folder / f"{name}.zarr"), checkpoint=weights, scheduler="synchronous")
        return {"cpu_s": time.process_time() - start, "decoded": len(decoded) / pieces}
    finally:
        ZarrTiffStore.get = get


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        tiles = segmented(Path(made), "tiles", ROWS * COLUMNS // 512**2, tile=(512, 512))
        strips = segmented(Path(made), "strips", ROWS // 64, rowsperstrip=64)
    print(json.dumps({"tiles": tiles, "strips": strips}))
