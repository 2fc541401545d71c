"""`segment` against one pass in memory, with one worker and two, and against peers; merging; empty tasks; peak memory by size.

python benchmarks/large.py [--steps workers speed peers merging tasks memory] [--size_px 8192] --out build/large.json

Each measurement is a process of its own. Speed is counted in CPU time, for other programs share the machine. Two workers are
compared with one by the time that each would take alone on a core: CPU time of workers by their number, and that of the client;
and by the clock, where each run may use as many cores as it has workers, which tells something on a quiet machine alone. Two
commands of one worker each, at the same time on a core each, show what the machine allows.
The result of each step is written when it is there, and a later run replaces it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

import numpy as np
import torch
import zarr
from large_image import write_image, write_thin_weights

from custom.inferers import OverlapTileInferer
from custom.large import segment
from custom.large.prediction import chances, labelled
from custom.networks import restored_unet
from custom.transforms import NormalizeChannelsd

CHECKPOINT = Path(__file__).parents[1] / "bundle" / "models" / "nuclei" / "model.pt"


def measured(function: str, **options: Any) -> dict[str, float]:
    """CPU seconds of a process and of its children, seconds, and the peak memory of the largest, in MB."""
    program = [sys.executable, __file__, "--once", json.dumps({"function": function, **options})]
    lines = subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    told: dict[str, float] = json.loads(lines[-1])
    return told


def once(function: str, cores: tuple[int, int] = (0, 0), **options: Any) -> None:
    """Does one thing, on cores from the first to before the last, or on all, and prints what it cost after the imports."""
    if any(cores):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[slice(*cores)])
    before, start = sum(getrusage(RUSAGE_SELF)[:2]), time.perf_counter()
    {"in_memory": in_memory, "in_blocks": in_blocks}[function](**options)
    own, children = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    told = {
        "cpu_s": sum(own[:2]) - before,
        "workers_cpu_s": sum(children[:2]),
        "wall_s": time.perf_counter() - start,
        "peak_mb": own.ru_maxrss / 1024,
        "worker_peak_mb": children.ru_maxrss / 1024,
    }
    print(json.dumps(told))


def in_memory(path: str, labels: str) -> None:
    """One pass over all of it: reading, z-score, network, which sees columns before rows, labels."""
    image = zarr.open_group(path, mode="r")["0"][:]
    inputs = NormalizeChannelsd("image")({"image": np.ascontiguousarray(image.T)[None]})["image"][None]
    with torch.no_grad():
        logits = OverlapTileInferer(mirror=False)(inputs, restored_unet(CHECKPOINT))[0]
    np.save(labels, labelled(chances(logits), 0.5).numpy().T)


def in_blocks(path: str, out: str, checkpoint: str = str(CHECKPOINT), **options: Any) -> None:
    """`segment`, in this process unless told otherwise."""
    result = segment(path, out, checkpoint=checkpoint, **{"scheduler": "synchronous", **options})
    assert not result.failed, result.failed


def speed(folder: Path, size_px: int, **_: Any) -> dict[str, Any]:
    """Of one pass in memory and of blocks, without objects and with them."""
    path, labels = str(write_image(folder / "in.zarr", size_px)), str(folder / "labels.npy")
    memory = measured("in_memory", path=path, labels=labels)
    blocks = measured("in_blocks", path=path, out=str(folder / "out.zarr"), instances=False)
    objects = measured("in_blocks", path=path, out=str(folder / "objects.zarr"), instances=True)
    stored = zarr.open_group(str(folder / "out.zarr"), mode="r")["labels/segmentation/0"][:]
    found: dict[str, Any] = {"size_px": size_px, "in_memory": memory, "segment": blocks, "with_objects": objects}
    for name in ("in_memory", "segment", "with_objects"):
        found[name]["mpx_per_cpu_s"] = size_px**2 / 1e6 / found[name]["cpu_s"]
    ratio = memory["cpu_s"] / blocks["cpu_s"]
    return found | {"ratio": ratio, "pixels_that_differ": int((stored != np.load(labels)).sum())}


def workers(folder: Path, size_px: int, **_: Any) -> dict[str, Any]:
    """Of two workers and of one, and of two commands of one worker each; labels alone, as many blocks for each worker."""
    path = str(write_image(folder / "in.zarr", size_px))

    def run(number: int, *cores: int) -> dict[str, float]:
        """What so many workers cost on these cores."""
        options = {"scheduler": "local", "workers": number, "instances": False, "block": [size_px // 4, size_px // 2]}
        return measured("in_blocks", path=path, out=str(folder / f"{number}-{cores}.zarr"), cores=cores, **options)

    one, two = run(1, 0, 1), run(2, 0, 2)
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(run, (1, 1), (0, 1), (1, 2))
    alone, shared = (row["cpu_s"] + row["workers_cpu_s"] / number for number, row in ((1, one), (2, two)))
    return {
        "size_px": size_px, "one": one, "two": two, "by_cpu_time": alone / shared, "by_clock": one["wall_s"] / two["wall_s"],
        "two_commands_by_clock": 2 * one["wall_s"] / max(first["wall_s"], second["wall_s"]),
    }  # fmt: skip


def peers(folder: Path, torch_em: str | None, ngio: str | None, **_: Any) -> dict[str, Any]:
    """Of ngio and torch-em: `large_peer.py`, which says how to install them."""
    program = [sys.executable, str(Path(__file__).with_name("large_peer.py")), "--json", str(folder / "peers.json")]
    for option, place in (("--torch_em", torch_em), ("--ngio", ngio)):
        program += [option, place] if place else []
    subprocess.run(program, stdout=subprocess.DEVNULL, check=True)
    return dict(json.loads((folder / "peers.json").read_text()))


def memory(folder: Path, memory_sizes_px: list[int], **_: Any) -> dict[str, Any]:
    """Of a worker, with a thin network, so that a large image does not take hours."""
    checkpoint = str(write_thin_weights(folder))
    found = {}
    for size in memory_sizes_px:
        path, out = str(write_image(folder / f"{size}.zarr", size)), str(folder / f"{size}-out.zarr")
        options = {"checkpoint": checkpoint, "instances": False, "block": [4096, 4096], "scheduler": "local", "workers": 1}
        row = measured("in_blocks", path=path, out=out, memory_limit_mb=4096, **options)
        found[str(size)] = {"peak_mb": row["worker_peak_mb"], "cpu_s": row["workers_cpu_s"]}
        subprocess.run(["rm", "-r", path, out], check=True)
    return found


def merging(objects_side: int, **_: Any) -> dict[str, Any]:
    """Of many objects: `large_merging.py`."""
    program = [sys.executable, str(Path(__file__).with_name("large_merging.py")), str(objects_side)]
    return dict(json.loads(subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout))


def tasks(tasks: int, **_: Any) -> dict[str, Any]:
    """Of empty tasks: `large_tasks.py`."""
    program = [sys.executable, str(Path(__file__).with_name("large_tasks.py")), str(tasks)]
    return dict(json.loads(subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout))


def main() -> None:
    """Runs the steps, prints them, and writes JSON."""
    steps = {"workers": workers, "speed": speed, "peers": peers, "merging": merging, "tasks": tasks, "memory": memory}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", nargs="+", choices=steps, default=list(steps))
    parser.add_argument("--size_px", type=int, default=8192)
    parser.add_argument("--memory_sizes_px", type=int, nargs="*", default=[4096, 8192, 16384, 32768, 65536])
    parser.add_argument("--objects_side", type=int, default=1024, help="objects in a row of the image for merging")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--torch_em", help="folder with torch-em")
    parser.add_argument("--ngio", help="folder with ngio")
    parser.add_argument("--out", type=Path, default=Path("build/large.json"))
    parser.add_argument("--once", type=json.loads, help=argparse.SUPPRESS)
    options = vars(parser.parse_args())
    if options["once"]:
        once(**options["once"])
        return
    out: Path = options["out"]
    out.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(out.read_text()) if out.is_file() else {}
    for step in options["steps"]:
        with tempfile.TemporaryDirectory() as folder:
            found[step] = {"date": str(date.today()), **steps[step](folder=Path(folder), **options)}
        print(step, json.dumps(found[step], indent=1), flush=True)
        out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
