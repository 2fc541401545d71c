"""How alike the truth of PhC-C2DH-U373 is about one pair of cells in the four frames that `ctc.json` holds out.

    python benchmarks/cell_pair_truth.py DATASET_DIR

In each of them a bright round cell lies on another. What a frame's truth takes for the round cell is laid where the other
frames show it, by the best correlation of its surroundings, turned by up to 30°, and scored against their truth. The other cell
is then the rest of what both cover in the truth, so that all outlines but the one between them are right. Prints the areas, the
IoU of both cells for each frame's rule, and what all other cells would have to score for a SEG of 0.92.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from skimage.feature import match_template

from custom.metrics import matched_ious

PAIRS = {"049": (7, 6), "051": (7, 6), "052": (7, 6), "059": (6, 5)}  # labels of the round cell and of the other one
PLACE = np.s_[380:520, 0:130]  # where both lie in all four
SURROUNDINGS_PX = 6
GOAL = 0.92


def lay_over(image: NDArray[np.float64], mask: NDArray[np.bool_], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """`mask` (H, W), a cell of `image` (H, W), where the `other` image (H, W) looks most like it; turned in steps of 10°."""
    rows, columns = (slice(max(side.min() - SURROUNDINGS_PX, 0), side.max() + SURROUNDINGS_PX + 1) for side in np.nonzero(mask))
    best, result = -np.inf, mask
    for degrees in range(-30, 31, 10):
        template = ndimage.rotate(image[rows, columns], degrees, reshape=False, mode="nearest")
        turned = ndimage.rotate(mask[rows, columns].astype(float), degrees, reshape=False) > 0.5
        correlation = match_template(other, template)
        if correlation.max() > best:
            best, result = correlation.max(), np.zeros(other.shape, bool)
            top, left = np.unravel_index(correlation.argmax(), correlation.shape)
            result[top : top + turned.shape[0], left : left + turned.shape[1]] = turned
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir", type=Path)
    folder = parser.parse_args().dataset_dir
    images, truths, cells = {}, {}, 0
    for name, (upper, lower) in PAIRS.items():
        images[name] = np.asarray(Image.open(folder / f"02/t{name}.tif"), float)[PLACE]
        truth = np.asarray(Image.open(folder / f"02_GT/SEG/man_seg{name}.tif"))
        cells += len(np.unique(truth[50:-50, 50:-50])) - 1
        truths[name] = np.select([truth == upper, truth == lower], [1, 2])[PLACE]
    print("area of the round cell, px:", {name: int((truth == 1).sum()) for name, truth in truths.items()})
    means = {}
    for rule in PAIRS:
        scores = {}
        for name, truth in truths.items():
            upper = lay_over(images[rule], truths[rule] == 1, images[name]) if name != rule else truth == 1
            scores[name] = matched_ious(pred=np.where(upper, 1, 2 * (truth > 0)), truth=truth)
        means[rule] = float(np.mean(list(scores.values())))
        print(f"as in {rule}: mean {means[rule]:.3f} of", {name: ious.round(2).tolist() for name, ious in scores.items()})
    best, pair_cells = max(means.values()), 2 * len(PAIRS)
    needed = (GOAL * cells - best * pair_cells) / (cells - pair_cells)
    print(f"with {best:.3f} the other {cells - pair_cells} cells must score {needed:.3f} for a SEG of {GOAL}")


if __name__ == "__main__":
    main()
