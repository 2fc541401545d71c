"""Which of a patient's objects is the tumour: in the truth, and which rule finds it among predicted ones.

    python benchmarks/lgg_objects.py DATASET_DIR
    python benchmarks/lgg_objects.py DATASET_DIR --checkpoint FILE [--part val] [--average] [--json FILE]

Objects are of voxels that touch, at corners too. Without a checkpoint it prints the patients with several true objects, and
the least share of the largest. With one it predicts the patients of a side of the weights' split, in bfloat16, and scores each
rule: which objects stay of those that reach probability 0.5, after the average over neighbouring slices or of single slices.
By default the average chooses the largest object and single slices draw it: `worst fold` is the largest loss against this rule
in five stratified folds of these patients.
"""

import argparse
import json
import time
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import binary_fill_holes, label

from custom.data import evaluation_slices, kaggle_lgg, stratified_folds
from custom.inferers import AcrossSlicesInferer, AveragingInferer, OverlapTileInferer
from custom.metrics import count_overlap, dice
from custom.networks import restored_unet
from custom.transforms import NormalizeChannelsd

DEFAULT = "largest of the average, drawn by single slices"
RULES = (
    "all",
    "largest",
    "largest, holes filled",
    "highest sum",
    "from 0.1 of the largest",
    "from 0.3 of the largest",
    "guard 0.7",
    "guard 0.8",
    "guard 0.85",
)


def object_sizes(masks: list[str]) -> list[int]:
    """Voxels of each object of a patient, the largest first."""
    objects, _ = label(truth_of(masks), structure=np.ones((3, 3, 3)))
    return sorted(np.bincount(objects.ravel())[1:].tolist(), reverse=True)


def truth_of(masks: list[str]) -> np.ndarray:
    """The masks of a patient as booleans (D, W, H)."""
    return np.stack([np.asarray(Image.open(path)).T > 127 for path in masks])


def kept(probabilities: np.ndarray, rule: str) -> np.ndarray:
    """The mask (D, H, W) that a rule leaves of probabilities.

    `highest sum` keeps the object whose probabilities add up to most; `guard 0.8` keeps the largest, but all objects if the
    mean probability of the largest is below 0.8. `holes filled` are those of a slice.
    """
    mask = probabilities >= 0.5
    if rule.endswith("holes filled"):
        return np.stack([binary_fill_holes(each) for each in kept(probabilities, "largest")])
    objects, number = label(mask, structure=np.ones((3, 3, 3)))
    if number < 2 or rule == "all":
        return mask
    sizes = np.bincount(objects.ravel())[1:]
    sums = np.bincount(objects.ravel(), probabilities.ravel())[1:]
    largest = sizes.argmax()
    if rule == "highest sum":
        stay = np.arange(number) == sums.argmax()
    elif rule.startswith("from"):
        stay = sizes >= float(rule.split()[1]) * sizes[largest]
    else:
        improbable = rule.startswith("guard") and sums[largest] / sizes[largest] < float(rule.split()[1])
        stay = (np.arange(number) == largest) | improbable
    return np.isin(objects, 1 + np.flatnonzero(stay))


@torch.no_grad()
def scored(items: list[dict], network: torch.nn.Module, average: bool) -> dict[str, float]:
    """The Dice of a patient by each rule, with and without the average over slices."""
    normalise = NormalizeChannelsd(keys="image")
    # Columns before rows, as the bundle's reader gives pictures to the network.
    slices = [torch.tensor(np.asarray(Image.open(item["image"]))).permute(2, 1, 0) for item in items]
    images = torch.stack([normalise({"image": image})["image"] for image in slices])
    inferer = AveragingInferer(OverlapTileInferer(mirror=False, bfloat16=True), average=average)
    logits = inferer(images, network)
    truth = torch.tensor(truth_of([item["label"] for item in items]))[None]
    scores = {}
    for title, largest_object, across_slices, rules in (
        (DEFAULT, True, True, ("all",)),
        ("", False, True, RULES),
        (", single slices", False, False, ("all", "largest")),
    ):
        chosen = AcrossSlicesInferer(lambda inputs, network: inputs, across_slices, largest_object)(logits, network)
        for rule in rules:
            pred = torch.tensor(kept(chosen[:, 0].sigmoid().numpy(), rule))[None]
            score = float(dice(count_overlap(pred=pred.float(), truth=truth.float()).sum(0).numpy()).mean())
            scores[title if largest_object else rule + title] = score
    return scores


def compare(items: list[dict], checkpoint: str, average: bool) -> dict[str, dict[str, float]]:
    """Scores of each rule over all patients."""
    network = restored_unet(checkpoint).to(memory_format=torch.channels_last)
    patients = {name: list(slices) for name, slices in groupby(items, key=lambda item: item["patient_id"])}
    rows = {name: scored(slices, network, average) for name, slices in patients.items()}
    sizes = {name: float(sum(object_sizes([item["label"] for item in slices]))) for name, slices in patients.items()}
    folds = stratified_folds(sizes, 5)
    table = {}
    for rule in next(iter(rows.values())):
        scores = {name: row[rule] for name, row in rows.items()}
        losses = [np.mean([rows[name][DEFAULT] - scores[name] for name in fold]) for fold in folds]
        values = np.array(list(scores.values()))
        changed = sum(scores[name] != rows[name][DEFAULT] for name in rows)
        table[rule] = {"mean": values.mean(), "median": np.median(values), "below_half": int((values < 0.5).sum()),
                       "changed": changed, "worst_fold": max(losses)}  # fmt: skip
    return table


def tell_truth(items: list[dict]) -> None:
    """Prints the patients with several true objects, and the least share of the largest."""
    shares = []
    for patient_id, slices in groupby(items, key=lambda item: item["patient_id"]):
        sizes = object_sizes([item["label"] for item in slices])
        shares.append(sizes[0] / sum(sizes))
        if len(sizes) > 1:
            print(f"{patient_id}: {sizes} voxels, {shares[-1]:.3f} in the largest")
    print(f"{len(shares)} patients, {sum(share == 1 for share in shares)} with one object; least share {min(shares):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir")
    parser.add_argument("--checkpoint")
    parser.add_argument("--part", choices=["val", "train"], default="val", help="side of the split of the weights")
    parser.add_argument("--average", action="store_true", help="average over the eight turned and mirrored images")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    items = kaggle_lgg(args.dataset_dir)
    if not args.checkpoint:
        return tell_truth(items)
    start = time.process_time()
    table = compare(
        evaluation_slices(items, part=args.part, checkpoint=args.checkpoint)[args.part], args.checkpoint, args.average
    )
    print(f"{'rule':50}   mean  median  <0.5  patients changed  worst fold")
    for rule, row in table.items():
        print("{:50}  {mean:.4f}  {median:.4f}  {below_half:4}  {changed:16}  {worst_fold:+.4f}".format(rule, **row))
    print(f"{time.process_time() - start:.0f} CPU s")
    if args.json:
        args.json.write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main()
