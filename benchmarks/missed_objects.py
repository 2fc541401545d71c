"""Why objects of the truth are not found at an IoU of 0.5: not marked, merged with a neighbour, split, or of another outline.

    python benchmarks/missed_objects.py DATASET_DIR PREDICTIONS --split bundle/models/held_out/nuclei/split.json

DATASET_DIR is what `nuclei.json` takes, PREDICTIONS the output_dir of `inference.json` on its images, and the split says which
images were held out. Prints how many objects there are of each kind, and their median size. An object is

* not marked, if less than a fifth of it is in predicted objects;
* merged, if the predicted object with most of it covers more than half of it and more than half of another object;
* split, if less than three fifths of what is marked of it is in one predicted object;
* of another outline otherwise.

In the truth of the 2018 Data Science Bowl many objects are one and the same disc, 5×5 pixels without the corners. It prints how
many, and the scores without them. A predicted object on such a disc counts as wrong there.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from custom.data import folder_images
from custom.metrics.contingency import contingency
from custom.metrics.objects import Matches, match_objects

KINDS = ("not marked", "merged", "split", "another outline")
DISC = np.hypot(*np.mgrid[-2:3, -2:3]) <= 2.5


def missed(*, pred: NDArray[np.int64], truth: NDArray[np.int64]) -> list[tuple[str, int]]:
    """The kind and the size in pixels of each object of the truth that is not found; both are (H, W), 0 background."""
    overlaps = np.asarray(contingency(pred=pred, truth=truth).todense())
    truth_px, pred_px, shared = overlaps.sum(axis=1)[1:], overlaps.sum(axis=0)[1:], overlaps[1:, 1:]
    covered = 2 * shared > truth_px[:, None]
    found = []
    for size, row in zip(truth_px, shared, strict=True):
        best = int(row.argmax()) if row.size else 0
        if row.size and 3 * row[best] > size + pred_px[best]:  # an IoU above 0.5
            continue
        if 5 * row.sum() < size:
            kind = "not marked"
        elif 2 * row[best] > size and covered[:, best].sum() > 1:
            kind = "merged"
        else:
            kind = "split" if 5 * row[best] < 3 * row.sum() else "another outline"
        found.append((kind, int(size)))
    return found


def without_discs(truth: NDArray[np.int64]) -> NDArray[np.int64]:
    """The truth (H, W), 0 where an object is exactly `DISC`."""
    places = {number: place for number, place in enumerate(ndimage.find_objects(truth), 1) if place}
    discs = [number for number, place in places.items() if np.array_equal(truth[place] == number, DISC)]
    return np.where(np.isin(truth, discs), 0, truth)


def scores(pairs: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> str:
    """F1 of all objects and mean average precision of the images, at an IoU of 0.5, of pairs of prediction and truth."""
    matches = [match_objects(pred=pred, truth=truth) for pred, truth in pairs]
    pooled = Matches(*np.sum(matches, axis=0))
    return f"F1 {pooled.f1:.3f}, average precision {np.mean([each.precision for each in matches]):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir")
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--split", type=Path, required=True, help="split.json beside weights")
    parser.add_argument("--part", default="val", help="of the split")
    args = parser.parse_args()
    labels = {Path(item["image"]).stem: item["label"] for item in folder_images(args.dataset_dir)}
    sizes, pairs = defaultdict(list), []
    for name in json.loads(args.split.read_text())[args.part]["patients"]:
        truth = np.asarray(Image.open(labels[name])).astype(np.int64)
        pred = np.asarray(Image.open(args.predictions / f"{name}_instances.png")).astype(np.int64)
        pairs.append((pred, truth))
        for kind, size in missed(pred=pred, truth=truth):
            sizes[kind].append(size)
    others = [(pred, without_discs(truth)) for pred, truth in pairs]
    objects, without = (sum(len(np.unique(truth[truth > 0])) for _, truth in some) for some in (pairs, others))
    print(f"{sum(map(len, sizes.values()))} of {objects} objects are not found at an IoU of 0.5: {scores(pairs)}")
    print(f"{objects - without} are the same disc; without these: {scores(others)}")
    for kind in KINDS:
        print(f"{kind}: {len(sizes[kind])}, half of at most {np.median(sizes[kind] or [0]):.0f} px")


if __name__ == "__main__":
    main()
