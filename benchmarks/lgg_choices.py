"""Compare choices of the LGG training, each trained alike and scored on the same unseen patients.

    python benchmarks/lgg_choices.py normalisation DATASET_DIR [--epochs 8] [--json FILE]
    python benchmarks/lgg_choices.py loss DATASET_DIR [--epochs 8] [--json FILE]

`normalisation`: rows are the statistics that a network was trained with, columns the statistics that the validation
patients were given, so that the off-diagonal tells what a slice costs that arrives without its volume.
`loss`: Dice alone, and Dice with cross-entropy. Slices are halved to 128×128 for speed.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from monai.losses import DiceCELoss, DiceLoss
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d

from custom.data import kaggle_lgg, split_by_patient
from custom.inferers import WholeImageInferer
from custom.networks import UNet


def zscore(x: Tensor) -> Tensor:
    """Slices (D, C, H, W) with mean 0 and deviation 1 in each channel, over all of them."""
    mean, std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
    return (x - mean) / (std + 1e-6)


def by_slice(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A function of a volume (D, C, H, W), applied to each slice alone."""
    return lambda volume: torch.cat([function(image) for image in volume.split(1)])


SCHEMES: dict[str, Callable[[Tensor], Tensor]] = {
    "fixed range": lambda x: x / 255,
    "z-score, slice": by_slice(zscore),
    "z-score, volume": zscore,
}


def load(items: list[dict]) -> dict[str, tuple[Tensor, Tensor]]:
    """Each patient's volume (D, C, 128, 128) in 0..255 and mask (D, 1, 128, 128) in {0, 1}."""
    patients: dict[str, list[dict]] = {}
    for item in items:
        patients.setdefault(item["patient_id"], []).append(item)
    volumes = {}
    for patient_id, slices in patients.items():
        images = np.stack([np.asarray(Image.open(item["image"])) for item in slices])
        masks = np.stack([np.asarray(Image.open(item["label"])) for item in slices])
        image = avg_pool2d(torch.tensor(images).permute(0, 3, 1, 2).float(), 2)
        volumes[patient_id] = image, max_pool2d(torch.tensor(masks[:, None] > 127).float(), 2)
    return volumes


LOSSES: dict[str, nn.Module] = {
    "Dice": DiceLoss(sigmoid=True, batch=True),
    "Dice + cross-entropy": DiceCELoss(sigmoid=True, batch=True),
}


def train(volumes: dict[str, tuple[Tensor, Tensor]], loss_function: nn.Module, epochs: int, seed: int) -> UNet:
    """Adam with a cosine schedule on flipped slices, all positive ones and as many empty ones each epoch."""
    torch.manual_seed(seed)
    images = torch.cat([image for image, _ in volumes.values()])
    masks = torch.cat([mask for _, mask in volumes.values()])
    positive = masks.amax((1, 2, 3)) > 0
    found, empty = torch.where(positive)[0], torch.where(~positive)[0]
    network = UNet().to(memory_format=torch.channels_last)
    steps = epochs * (2 * len(found) // 16)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    inferer = WholeImageInferer()
    for _ in range(steps):
        chosen = torch.cat([found[torch.randint(len(found), (8,))], empty[torch.randint(len(empty), (8,))]])
        flips = [axis for axis in (2, 3) if torch.rand(()) < 0.5]
        gain = 1 + 0.1 * torch.randn(16, 3, 1, 1)
        x, y = (images[chosen] * gain).flip(flips), masks[chosen].flip(flips)
        optimizer.zero_grad()
        loss_function(inferer(x.to(memory_format=torch.channels_last), network), y).backward()
        optimizer.step()
        schedule.step()
    return network.eval()


@torch.no_grad()
def mean_dice(network: UNet, volumes: dict[str, tuple[Tensor, Tensor]]) -> float:
    """Mean over patients of the Dice of the whole volume."""
    scores = []
    for image, mask in volumes.values():
        pred = network(image) > 0
        scores.append(float(2 * (pred * mask).sum() / (pred.sum() + mask.sum()).clamp(min=1)))
    return float(np.mean(scores))


def compare_normalisations(raw: dict[str, dict], epochs: int, seed: int) -> dict[str, dict[str, float]]:
    """Trains with each scheme and scores each network with all of them: mean Dice by patient, printed row by row."""
    normalised = {
        name: {part: {k: (scheme(x), y) for k, (x, y) in raw[part].items()} for part in raw} for name, scheme in SCHEMES.items()
    }
    table = {}
    print(f"{'trained with':22}" + "".join(f"{name:>22}" for name in SCHEMES))
    for name in SCHEMES:
        network = train(normalised[name]["train"], LOSSES["Dice + cross-entropy"], epochs, seed)
        table[name] = {other: mean_dice(network, normalised[other]["val"]) for other in SCHEMES}
        print(f"{name:22}" + "".join(f"{score:22.3f}" for score in table[name].values()), flush=True)
    return table


def compare_losses(raw: dict[str, dict], epochs: int, seed: int) -> dict[str, float]:
    """Trains with each loss and scores the networks: mean Dice by patient, printed row by row."""
    scheme = SCHEMES["z-score, slice"]
    data = {part: {k: (scheme(x), y) for k, (x, y) in raw[part].items()} for part in raw}
    table = {}
    for name, loss_function in LOSSES.items():
        table[name] = mean_dice(train(data["train"], loss_function, epochs, seed), data["val"])
        print(f"{name:22}{table[name]:.3f}", flush=True)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("choice", choices=["normalisation", "loss"])
    parser.add_argument("dataset_dir")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    split = split_by_patient(kaggle_lgg(args.dataset_dir), val_fraction=0.2, seed=args.seed)
    raw = {part: load(split[part]) for part in ("train", "val")}
    compare = compare_normalisations if args.choice == "normalisation" else compare_losses
    start = time.time()
    table = compare(raw, args.epochs, args.seed)
    print(f"{time.time() - start:.0f} s")
    if args.json:
        record = {"choice": args.choice, "epochs": args.epochs, "seed": args.seed, "val_mean_dice": table}
        args.json.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
