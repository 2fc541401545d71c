"""In how many slices and pixels the masks of two predictions differ, and how near each is to the truth.

    python benchmarks/mask_differences.py ONE OTHER --truth kaggle_3m

ONE and OTHER are folders that `--output_dir` named, of the same images. Dice is that of all predicted slices of a patient
together, a folder each, and then the mean of the patients.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from custom.files import read_pixels


def differences(one: Path, other: Path) -> dict[str, int]:
    """How many masks are not pixel for pixel the same, in how many pixels of all masks, and in how many of a single one."""
    pixels = [int(np.count_nonzero(read_pixels(one / mask) != read_pixels(other / mask))) for mask in _masks(one)]
    return {"masks": sum(map(bool, pixels)), "pixels": sum(pixels), "most_in_a_mask": max(pixels, default=0)}


def mean_dice(predicted: Path, truth: Path) -> float:
    """The mean Dice of patients, whose true masks are `*_mask.tif` under the same names."""
    sums: dict[Path, Any] = defaultdict(lambda: np.zeros(2))
    for mask in _masks(predicted):
        pred, true = read_pixels(predicted / mask) > 0, read_pixels(truth / mask.with_suffix(".tif")) > 0
        sums[mask.parent] += np.count_nonzero(pred & true.reshape(pred.shape)), np.count_nonzero(pred) + np.count_nonzero(true)
    return float(np.mean([2 * both / each for both, each in sums.values()]))


def _masks(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*_mask.*"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--truth", type=Path)
    args = parser.parse_args()
    result: dict[str, Any] = {**differences(args.one, args.other)}
    if args.truth:
        result["mean_dice"] = [round(mean_dice(folder, args.truth), 4) for folder in (args.one, args.other)]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
