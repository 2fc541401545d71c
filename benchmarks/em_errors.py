"""Where the wrong pixels of predicted membranes lie: on the line that was drawn, or away from it.

    python benchmarks/em_errors.py DATASET_DIR PREDICTIONS --slices 18 19 20 21 22 23

DATASET_DIR is what `isbi2012.json` takes, PREDICTIONS the output_dir of `inference.json` on its images. Prints the pixel error,
the share of it within some pixels of an outline of the truth, and what the truth itself would score with its outlines moved by
one pixel.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from custom.data import folder_images
from custom.metrics import pixel_error


def outline_distance(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Distance in pixels of each pixel to the nearest one on the other side of an outline; 1 beside it."""
    return np.where(mask, ndimage.distance_transform_edt(mask), ndimage.distance_transform_edt(~mask))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir")
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--slices", nargs="+", help="names of the images (default: all)")
    args = parser.parse_args()
    labels = {Path(item["image"]).stem: item["label"] for item in folder_images(args.dataset_dir)}
    names = args.slices or list(labels)
    truth, pred = (
        np.stack([np.asarray(Image.open(path)) > 127 for path in paths])
        for paths in ([labels[name] for name in names], [args.predictions / f"{name}_mask.png" for name in names])
    )
    distance = np.stack([outline_distance(mask) for mask in truth])
    wrong = pred != truth
    print(f"pixel error {pixel_error(pred=pred, truth=truth):.4f}")
    for near_px in (1, 2, 3, 4):
        near = distance <= near_px
        share = wrong[near].sum() / wrong.sum()
        print(f"within {near_px} px of an outline: {share:.3f} of it, in {near.mean():.3f} of the pixels")
    for name, moved in (("in", ndimage.binary_erosion), ("out", ndimage.binary_dilation)):
        score = pixel_error(pred=np.stack([moved(mask) for mask in truth]), truth=truth)
        print(f"outlines of the truth moved {name} by 1 px: {score:.4f}")


if __name__ == "__main__":
    main()
