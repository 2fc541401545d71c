"""What a slice scores whose mask is that of the slice before: why no patient may be on both sides of a split.

    python benchmarks/copied_masks.py DATASET_DIR

The first slice of a patient gets an empty mask. Nothing is trained or drawn.
"""

import argparse
from itertools import groupby

import numpy as np

from custom.data import kaggle_lgg
from custom.files import read_label


def copied(masks: np.ndarray) -> np.ndarray:
    """The masks (D, H, W) of a patient, each one slice further."""
    return np.concatenate([np.zeros_like(masks[:1]), masks[:-1]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir")
    both, each, dices = 0, 0, []
    for _, items in groupby(kaggle_lgg(parser.parse_args().dataset_dir), key=lambda item: item["patient_id"]):
        truth = np.stack([read_label(item["label"]).values > 0 for item in items])
        pred = copied(truth)
        hits, sizes = 2 * int((pred & truth).sum()), int(pred.sum() + truth.sum())
        both, each, dices = both + hits, each + sizes, [*dices, hits / sizes]
    print(f"{len(dices)} patients: pooled Dice {both / each:.2f}, mean Dice by patient {np.mean(dices):.2f}")


if __name__ == "__main__":
    main()
