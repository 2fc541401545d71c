"""Elastic deformation: image and mask pairs a second, and how far magnitude 0 is from the identity, beside MONAI's.

    python benchmarks/elastic.py [--number 50] [--json FILE]

Seconds are processor time of one thread; ours and MONAI's take turns, so that both meet the same machine.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from monai.transforms import Rand2DElastic, Rand2DElasticd

from custom.transforms import Rand2DElasticExact, Rand2DElasticExactd, realised_displacement

CASES = {"LGG patch, spacing 32": (256, 32), "paper's tile, 3x3 grid": (572, 286)}  # name: side of the image, spacing


def pairs_per_second(size_px: int, spacing: int, number: int) -> dict[str, float]:
    """Pairs of image and mask a CPU second, ours and MONAI's in turns."""
    torch.manual_seed(0)
    pair = {"image": torch.rand(1, size_px, size_px), "label": (torch.rand(1, size_px, size_px) > 0.5).float()}
    transforms = {
        "ours": Rand2DElasticExactd(["image", "label"], spacing, (1, 3), prob=1.0, mode=["bilinear", "nearest"]),
        "MONAI": Rand2DElasticd(["image", "label"], (spacing, spacing), (1, 3), prob=1.0, mode=["bilinear", "nearest"]),
    }
    taken: dict[str, list[float]] = {name: [] for name in transforms}
    for _ in range(number + 1):
        for name, transform in transforms.items():
            start = time.process_time()
            transform(pair)
            taken[name].append(time.process_time() - start)
    return {name: 1 / float(np.median(times[1:])) for name, times in taken.items()}


def identity_error_px(size_px: int, spacing: int) -> dict[str, float]:
    """How far each moves a pixel at magnitude 0, at most."""
    classes = {"ours": Rand2DElasticExact, "MONAI": Rand2DElastic}
    return {
        name: realised_displacement(cls((spacing, spacing), (0, 0), prob=1.0), (size_px, size_px)).abs().max().item()
        for name, cls in classes.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=50, help="pairs to deform")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    table = {}
    print(f"{'':24}{'pairs/s':>10}{'MONAI':>8}{'ratio':>8}{'error at magnitude 0, px':>28}{'MONAI':>8}")
    for name, (size_px, spacing) in CASES.items():
        speed, error = pairs_per_second(size_px, spacing, args.number), identity_error_px(size_px, spacing)
        table[name] = {"pairs_per_s": speed, "identity_error_px": error}
        print(
            f"{name:24}{speed['ours']:10.0f}{speed['MONAI']:8.0f}{speed['ours'] / speed['MONAI']:8.1f}"
            f"{error['ours']:28.1e}{error['MONAI']:8.2f}",
            flush=True,
        )
    if args.json:
        args.json.write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main()
