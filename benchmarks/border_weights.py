"""How many border weight maps one core makes a second, and how much sooner than with one distance transform a cell.

    python benchmarks/border_weights.py [--number 20] [--json FILE]

Images of 512×512 pixels with 200 cells: scattered discs that touch here and there, and a dense pavement of squares. The peer
is what published code does, a distance transform of the whole image for each cell, with running minima. Seconds are processor
time of one thread, so that other work on the machine counts for little.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from custom.transforms import border_weight_map, separate_touching

SIZE_PX = 512
CELLS = 200


def scattered(seed: int) -> NDArray[np.int32]:
    """Discs of 8 to 16 px radius about random centres."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((SIZE_PX, SIZE_PX))
    centres, radii = rng.uniform(0, SIZE_PX, (CELLS, 2)), rng.uniform(8, 16, CELLS)
    instances = np.zeros((SIZE_PX, SIZE_PX), np.int32)
    nearest = np.full(instances.shape, np.inf)
    for label, ((row, column), radius) in enumerate(zip(centres, radii, strict=True), start=1):
        distance = np.hypot(rows - row, columns - column)
        own = (distance < radius) & (distance < nearest)
        instances[own], nearest[own] = label, distance[own]
    return instances


def paved(seed: int) -> NDArray[np.int32]:
    """20×10 touching rectangles, numbered in random order."""
    rows, columns = np.indices((SIZE_PX, SIZE_PX))
    labels = np.random.default_rng(seed).permutation(CELLS).astype(np.int32) + 1
    return labels[rows * 10 // SIZE_PX * 20 + columns * 20 // SIZE_PX]


def one_transform_a_cell(instances: NDArray[np.int32], w0: float = 10.0, sigma: float = 5.0) -> NDArray[np.float64]:
    """Equation 2 by its definition: a distance transform of the whole image for each cell; weights (H, W)."""
    separated = separate_touching(instances)
    d1 = np.full(separated.shape, np.inf)
    d2 = d1.copy()
    for label in np.unique(separated[separated > 0]):
        distance = ndimage.distance_transform_edt(separated != label)
        d2 = np.minimum(d2, np.maximum(d1, distance))
        d1 = np.minimum(d1, distance)
    share = (separated > 0).mean()
    border = w0 * np.exp(-((d1 + d2) ** 2) / (2 * sigma**2))
    return np.where(separated > 0, 0.5 / share, 0.5 / (1 - share) + border)


def seconds(function: Callable[[NDArray[np.int32]], object], images: list[NDArray[np.int32]]) -> float:
    """Processor time for an image, the median of the images."""
    taken = []
    for image in images:
        start = time.process_time()
        function(image)
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def main() -> None:
    """Prints images a second of both ways and the largest relative error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=20, help="images of each kind")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    table = {}
    print(f"{'cells':10}{'images/s':>10}{'peer':>10}{'ratio':>8}{'max relative error':>20}")
    for name, make in (("scattered", scattered), ("paved", paved)):
        images = [make(seed) for seed in range(args.number)]
        border_weight_map(images[0])
        ours, peer = seconds(border_weight_map, images), seconds(one_transform_a_cell, images[:3])
        exact = one_transform_a_cell(images[0])
        error = float(np.max(np.abs(border_weight_map(images[0]) - exact) / exact))
        table[name] = {
            "images_per_s": 1 / ours,
            "peer_images_per_s": 1 / peer,
            "ratio": peer / ours,
            "max_relative_error": error,
        }
        print(f"{name:10}{1 / ours:10.1f}{1 / peer:10.2f}{peer / ours:8.0f}{error:20.1e}", flush=True)
    if args.json:
        args.json.write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main()
