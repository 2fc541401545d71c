"""`segment` against the inferer in memory, with one worker and two; memory by size; merging; and empty tasks.

python benchmarks/large.py --size_px 4096 --out build/large.json

Speed is counted in CPU time of all threads, for other programs share the machine; peak memory is that of a process which
predicts alone. Small blocks stand for small memory: 65 536² takes hours on two cores.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import zarr

from custom.inferers import OverlapTileInferer
from custom.large import segment
from custom.large.grid import Grid
from custom.large.merging import joined_parts, tables
from custom.large.objects import measured, packed, parts_in, unpacked
from custom.large.prediction import chances, labelled
from custom.networks import restored_unet
from custom.transforms import NormalizeChannelsd

CHECKPOINT = Path(__file__).parents[1] / "bundle" / "models" / "nuclei" / "model.pt"


def write_image(path: Path, size_px: int) -> None:
    """Dots of light, a chunk at a time, as OME-Zarr of bytes."""
    root = zarr.open_group(str(path), mode="w")
    array = root.create_array("0", shape=(size_px, size_px), chunks=(1024, 1024), dtype="u1")
    rows, columns = np.mgrid[:1024, :1024]
    noise = np.random.default_rng(0).integers(0, 30, (1024, 1024))
    chunk = (120 * (np.sin(rows / 5) * np.sin(columns / 5) > 0.5) + noise).astype(np.uint8)
    for top in range(0, size_px, 1024):
        for left in range(0, size_px, 1024):
            array[top : top + 1024, left : left + 1024] = chunk[: size_px - top, : size_px - left]
    steps = [{"type": "scale", "scale": [1.0, 1.0]}]
    axes = [{"name": name, "type": "space"} for name in "yx"]
    image = {"axes": axes, "datasets": [{"path": "0", "coordinateTransformations": steps}]}
    root.attrs["ome"] = {"version": "0.5", "multiscales": [image]}


def in_memory(path: Path) -> tuple[float, np.ndarray]:
    """CPU seconds and labels of one pass over all of it: reading, z-score, network, labels."""
    network, start = restored_unet(CHECKPOINT), time.process_time()
    image = zarr.open_group(str(path), mode="r")["0"][:]
    inputs = NormalizeChannelsd("image")({"image": image[None]})["image"][None]
    with torch.no_grad():
        logits = OverlapTileInferer(mirror=False)(inputs, network)[0]
    labels = labelled(chances(logits), 0.5).numpy()
    return time.process_time() - start, labels


def in_blocks(path: Path, out: Path, **options: object) -> float:
    """CPU seconds of `segment` in this process."""
    start = time.process_time()
    segment(str(path), str(out), checkpoint=str(CHECKPOINT), scheduler="synchronous", **options)
    return time.process_time() - start


def peak_mb(path: Path, out: Path, block: int) -> float:
    """Peak memory in MB of a process that predicts alone."""
    program = (
        "import resource, sys; from custom.large import segment; "
        f"segment(sys.argv[1], sys.argv[2], checkpoint={str(CHECKPOINT)!r}, scheduler='synchronous', instances=False, "
        f"block=({block}, {block})); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", program, str(path), str(out)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]) / 1024


def merging(objects: int, blocks: int) -> dict[str, float]:
    """CPU seconds and memory to join and number dots in a square of blocks, of which every tenth crosses a face."""
    side = int(np.sqrt(objects)) * 8 // blocks
    mask = np.zeros((1, side, side), np.uint8)
    mask[0, ::8, ::8] = 1
    mask[0, :, ::80] = 1
    grid = Grid((1, 1, side * blocks, side * blocks), (1, side, side))
    labelled_parts = parts_in(mask, 0)
    told = [packed(measured(labelled_parts, grid[index], grid.shape)) for index in range(len(grid))]
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    nodes = joined_parts(grid, lambda index: unpacked(told[index]))
    number = max(int(table.max()) for _, table in tables(grid, lambda index: unpacked(told[index]), nodes, 0))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"objects": number, "cpu_s": time.process_time() - start, "grown_mb": grown / 1024}


def empty_tasks(number: int) -> float:
    """Seconds for each empty task through a scheduler with one worker, a thread of this process."""
    from distributed import Client, LocalCluster, as_completed

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        start = time.perf_counter()
        for future in as_completed(client.map(int, range(number))):
            future.release()
        return (time.perf_counter() - start) / number


def main() -> None:
    """Prints a table, and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size_px", type=int, default=4096)
    parser.add_argument("--memory_sizes_px", type=int, nargs="*", default=[2048, 4096])
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--out", default="build/large.json")
    options = parser.parse_args()
    found: dict[str, object] = {"threads": torch.get_num_threads()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "in.zarr")
        write_image(path, options.size_px)
        seconds, labels = in_memory(path)
        blocks_s = in_blocks(path, Path(folder, "out.zarr"), instances=False)
        stored = zarr.open_group(str(Path(folder, "out.zarr")), mode="r")["labels/segmentation/0"][:]
        pixels = options.size_px**2 / 1e6
        found |= {"in_memory_mpx_per_cpu_s": pixels / seconds, "segment_mpx_per_cpu_s": pixels / blocks_s}
        found |= {"ratio": seconds / blocks_s, "pixels_that_differ": int((stored != labels).sum())}
        start = time.process_time()
        in_blocks(path, Path(folder, "objects.zarr"), instances=True)
        found["with_instances_mpx_per_cpu_s"] = pixels / (time.process_time() - start)
        for size in options.memory_sizes_px:
            image = Path(folder, f"{size}.zarr")
            write_image(image, size)
            found[f"peak_mb_{size}"] = peak_mb(image, Path(folder, f"out{size}.zarr"), 1024)
    found["merging"] = merging(options.objects, 16)
    found["ms_per_empty_task"] = 1000 * empty_tasks(options.tasks)
    for name, value in found.items():
        print(f"{name:<32}{value}")
    Path(options.out).parent.mkdir(parents=True, exist_ok=True)
    Path(options.out).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
