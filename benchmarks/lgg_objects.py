"""How much of a patient's tumour its largest object holds, which is what keeping that object alone must not lose.

    python benchmarks/lgg_objects.py DATASET_DIR

Objects are of voxels that touch, at corners too. Prints the patients with several, and the least share of all.
"""

import argparse
from itertools import groupby

import numpy as np
from PIL import Image
from scipy.ndimage import label

from custom.data import kaggle_lgg


def object_sizes(masks: list[str]) -> list[int]:
    """Voxels of each object of a patient, the largest first."""
    truth = np.stack([np.asarray(Image.open(path)) > 127 for path in masks])
    objects, _ = label(truth, structure=np.ones((3, 3, 3)))
    return sorted(np.bincount(objects.ravel())[1:].tolist(), reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir")
    shares = []
    for patient_id, slices in groupby(kaggle_lgg(parser.parse_args().dataset_dir), key=lambda item: item["patient_id"]):
        sizes = object_sizes([item["label"] for item in slices])
        shares.append(sizes[0] / sum(sizes))
        if len(sizes) > 1:
            print(f"{patient_id}: {sizes} voxels, {shares[-1]:.3f} in the largest")
    print(f"{len(shares)} patients, {sum(share == 1 for share in shares)} with one object; least share {min(shares):.3f}")


if __name__ == "__main__":
    main()
