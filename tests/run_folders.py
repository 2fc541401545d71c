"""The tables of scores that runs and evaluations write."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custom.storage.tables import mean_and_median, write_rows


def write_scores(folder: Path, dices: Mapping[str, float], depth: int = 1) -> None:
    """`patients.csv` and `scores.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = [
        {"patient_id": name, "slices": depth, "dice": dice, "iou": dice / (2 - dice), "truth_pixels": 40, "pred_pixels": 38}
        for name, dice in dices.items()
    ]
    sums = mean_and_median(rows, "patient_id")
    write_rows(folder / "patients.csv", [*rows, *sums])
    scores = [{"metric": "val_mean_dice", "value": sums[0]["dice"]}, {"metric": "val_loss", "value": 0.25}]
    write_rows(folder / "scores.csv", scores)
