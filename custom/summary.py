"""What came out of a run, in a few lines for the terminal."""

import json
from pathlib import Path

from custom.figures import best_epoch
from custom.tables import read_rows

PARTS = {
    "model.pt": "the best weights",
    "last.pt": "to go on: --resume",
    "report.html": "all of it, in a browser",
    "history.csv": "every epoch",
    "patients.csv": "every patient",
    "scores.csv": "every definition",
    "curves.png": "loss, Dice and IoU",
    "predictions.png": "image, truth, prediction",
    "tensorboard": "tensorboard --logdir",
    "evaluation": "the best weights, evaluated",
    "predictions": "masks and overlays",
}


def summary(run_dir: str | Path) -> str:
    """Dice and IoU of each patient with mean and median, and where the files of the run are.

    Raises:
        ValueError: if the folder holds no `patients.csv`.
    """
    run_dir = Path(run_dir)
    rows = read_rows(run_dir / "patients.csv")
    if not rows:
        raise ValueError(f"run_dir: {str(run_dir)!r} holds no patients.csv; name the folder of a run that validated")
    width = max(len(row["patient_id"]) for row in rows)
    lines = [_heading(run_dir, len(rows) - 2), "", f"{'patient':<{width}}  slices   Dice    IoU"]
    for row in rows:
        lines += [""] if row["patient_id"] == "mean" else []
        lines.append(
            f"{row['patient_id']:<{width}}  {float(row['slices']):6g}  {float(row['dice']):.3f}  {float(row['iou']):.3f}"
        )
    return "\n".join([*lines, *_baseline(run_dir), "", *_files(run_dir)])


def _baseline(run_dir: Path) -> list[str]:
    """What a threshold reaches on the same patients, if the run was evaluated."""
    tables = [read_rows(folder / "threshold.csv") for folder in (run_dir, run_dir / "evaluation")]
    means = [row for rows in tables for row in rows if row["patient_id"] == "mean"]
    return [
        f"\nFLAIR above {float(row['threshold']):g}, the best threshold: mean Dice {float(row['dice']):.3f}"
        for row in means[:1]
    ]


def _heading(run_dir: Path, num_patients: int) -> str:
    history = read_rows(run_dir / "history.csv")
    best = best_epoch(history)
    epochs = f", epoch {best[0]} of {len(history)}" if best else ""
    simulated = "SIMULATED phantom " if _is_simulated(run_dir) else ""
    return f"Dice and IoU of the volumes of {num_patients} {simulated}patients{epochs}"


def _is_simulated(run_dir: Path) -> bool:
    config = run_dir / "config.json"
    return config.is_file() and json.loads(config.read_text()).get("dataset_dir") == ""


def _files(run_dir: Path) -> list[str]:
    found = {str(run_dir / name): meaning for name, meaning in PARTS.items() if (run_dir / name).exists()}
    width = max(map(len, found))
    return [f"{path:<{width}}  {meaning}" for path, meaning in found.items()]
