"""What channels-last, kept memory, bfloat16, fused Adam and torch.compile give a training step of the default network.

    OMP_NUM_THREADS=1 python benchmarks/training_step.py [--rounds 5] [--only WAY …] [--device cuda] [--json FILE]

A step is the forward pass, loss, backward pass and optimizer of train.json, on one random batch that is already there; seed 0.
All ways take turns, two steps each of which the second counts, so that all meet the same machine; the medians count. Compiling
comes before, and does not count. The seconds are of CPU time; on a GPU of the clock, where CUDA graphs
(`mode="reduce-overhead"`) are tried too.
"""

import argparse
import json
from collections.abc import Callable
from math import inf
from pathlib import Path
from statistics import median

import torch
from epoch import clock_of
from monai.losses import DiceCELoss
from torch import nn

from custom.networks import UNet
from custom.system.allocator import freed_memory_kept


def step(
    device: str,
    batch: int,
    patch_px: int,
    *,
    channels_last: bool = False,
    bfloat16: bool = False,
    fused: bool = False,
    compile_mode: str = "",
) -> Callable[[], None]:
    """One step of a network of its own, made in one of the ways."""
    torch.manual_seed(0)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    network: nn.Module = UNet().to(device, memory_format=layout)  # type: ignore[call-overload]
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=fused)
    loss = DiceCELoss(sigmoid=True, batch=True)
    image = torch.randn(batch, 3, patch_px, patch_px, device=device).contiguous(memory_format=layout)
    label = (image[:, :1] > 2).float()
    if compile_mode:
        network = torch.compile(network, mode=compile_mode)  # type: ignore[assignment]

    def run() -> None:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=bfloat16):
            logits = network(image)
        loss(logits.float(), label).backward()
        optimizer.step()

    return run


KEPT = ", memory kept"  # by `custom.system.allocator`, on a CPU
WAYS: dict[str, dict[str, bool | str]] = {
    "float32": {},
    "float32, channels-last": {"channels_last": True},
    "float32, channels-last" + KEPT: {"channels_last": True},
    "float32, channels-last, compiled": {"channels_last": True, "compile_mode": "default"},
    "bfloat16": {"bfloat16": True},
    "bfloat16, channels-last": {"channels_last": True, "bfloat16": True},
    "bfloat16, channels-last" + KEPT: {"channels_last": True, "bfloat16": True},
    "bfloat16, channels-last, fused Adam": {"channels_last": True, "bfloat16": True, "fused": True},
    "bfloat16, channels-last, compiled": {"channels_last": True, "bfloat16": True, "compile_mode": "default"},
}
GRAPHS: dict[str, dict[str, bool | str]] = {
    "bfloat16, channels-last, CUDA graphs": {"channels_last": True, "bfloat16": True, "compile_mode": "reduce-overhead"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch_size", type=int, default=16)
    parser.add_argument("--patch_size", type=int, default=192)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--only", nargs="+", default=[*WAYS, *GRAPHS], metavar="WAY", help="ways beside float32, by name")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    clock = clock_of(args.device)
    steps = {}
    ways = {**WAYS, **(GRAPHS if args.device.startswith("cuda") else {})}
    for name in (name for name in ways if name in {"float32", *args.only}):
        way = ways[name]
        steps[name] = step(args.device, args.batch_size, args.patch_size, **way)  # type: ignore[arg-type]
        for _ in range(2):
            steps[name]()
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(args.rounds):
        for name, run in steps.items():
            with freed_memory_kept(inf if name.endswith(KEPT) else 0):
                run()
                start = clock()
                run()
                taken[name].append(clock() - start)
    base = median(taken["float32"])
    print(f"| {args.batch_size}×3×{args.patch_size}² | s | images/s | times float32 |")
    print("|---|---|---|---|")
    for name, seconds in taken.items():
        each = median(seconds)
        print(f"| {name} | {each:.2f} | {args.batch_size / each:.1f} | {base / each:.2f} |")
    if args.json:
        args.json.write_text(json.dumps({"steps_s": taken}, indent=2) + "\n")


if __name__ == "__main__":
    main()
