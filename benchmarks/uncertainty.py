"""Does the Dice that a network expects of its own masks tell which patients it fails on?

    python benchmarks/uncertainty.py DATASET_DIR [--checkpoint FILE] [--json FILE]

For each validation patient of the checkpoint's split.json, predicted as a volume: the Dice, and two scores without truth: the
expected Dice, and the mean entropy of a voxel, which is the usual one. Last, the rank correlation of each with the Dice.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from monai.transforms import NormalizeIntensity
from PIL import Image
from scipy.stats import spearmanr

from custom.data import evaluation_slices, kaggle_lgg
from custom.metrics import count_overlap, dice, expected_dice
from custom.networks import UNet, load_weights

MODEL = Path(__file__).parents[1] / "bundle" / "models" / "held_out" / "model.pt"


def predict(network: UNet, items: list[dict]) -> tuple[torch.Tensor, torch.Tensor]:
    """Probabilities and truth of one patient, each (1, H, W, D)."""
    image, mask = (np.stack([np.asarray(Image.open(item[key])) for item in items], -1) for key in ("image", "label"))
    volume = NormalizeIntensity(channel_wise=True)(torch.tensor(image).permute(2, 0, 1, 3).float())
    with torch.no_grad():
        logits = torch.cat([network(volume[None, ..., place]) for place in range(volume.shape[-1])])
    return torch.sigmoid(logits).permute(1, 2, 3, 0), torch.tensor(mask > 127)[None].float()


def entropy(probabilities: torch.Tensor) -> float:
    """Mean entropy of the voxels' probabilities, in nats."""
    p = probabilities.double().clamp(1e-12, 1 - 1e-12)
    return float(-(p * p.log() + (1 - p) * (1 - p).log()).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir")
    parser.add_argument("--checkpoint", default=str(MODEL))
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    network = load_weights(UNet(), args.checkpoint).eval()
    items = evaluation_slices(kaggle_lgg(args.dataset_dir), part="val", checkpoint=args.checkpoint)["val"]
    start, rows = time.time(), []
    for patient_id in sorted({item["patient_id"] for item in items}):
        probabilities, truth = predict(network, [item for item in items if item["patient_id"] == patient_id])
        pred = (probabilities >= 0.5).float()
        score = float(dice(count_overlap(pred=pred, truth=truth).sum(0).numpy()).mean())
        rows.append({"patient_id": patient_id, "dice": score, "expected_dice": expected_dice(probabilities.numpy()),
                     "entropy": entropy(probabilities)})  # fmt: skip
        print(
            "{patient_id:24} Dice {dice:.3f}  expected {expected_dice:.3f}  entropy {entropy:.5f}".format(**rows[-1]),
            flush=True,
        )
    scores = {name: np.array([row[name] for row in rows]) for name in ("dice", "expected_dice", "entropy")}
    correlations = {name: float(spearmanr(scores[name], scores["dice"]).statistic) for name in ("expected_dice", "entropy")}
    print(f"rank correlation with the Dice: {correlations}; {time.time() - start:.0f} s")
    if args.json:
        args.json.write_text(json.dumps({"patients": rows, "spearman": correlations}, indent=2) + "\n")


if __name__ == "__main__":
    main()
