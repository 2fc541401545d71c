"""What the folds of a cross-validation gave, patient by patient, and its sums."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from custom.crossval.intervals import bootstrap
from custom.crossval.plan import Plan
from custom.data.folds import institution
from custom.storage.tables import COUNTS, SUMS, Cell, number, read_rows, read_scores


def patient_scores(plan: Plan) -> list[dict[str, Cell]]:
    """A row for each patient of the folds that are done: fold, institution if it is known, and what the evaluation scored.

    `volume_error` is |predicted - true| / true volume, blank where nothing is true.
    """
    rows: list[dict[str, Cell]] = []
    for fold in range(len(plan.folds)):
        numbers = ("truth_pixels", "pred_pixels")
        for row in read_rows(_evaluation(plan, fold) / "patients.csv", numbers, ("patient_id",), only_numbers=True):
            if row["patient_id"] in SUMS:
                continue
            scores = {name: number(cell) for name, cell in row.items() if name != "patient_id"}
            truth, pred = scores["truth_pixels"], scores["pred_pixels"]
            name = row["patient_id"]
            error = abs(pred - truth) / truth if truth else math.nan
            who: dict[str, Cell] = {"patient_id": name, "fold": fold, "institution": institution(name)}
            rows.append({**who, **scores, "volume_error": error})
    return sorted(rows, key=lambda row: str(row["patient_id"]))


def fold_scores(plan: Plan) -> list[dict[str, Cell]]:
    """A row for each metric of the evaluations, such as those of objects: its value in each fold, and their mean."""
    values: dict[str, dict[str, float]] = {}
    for fold in range(len(plan.folds)):
        for metric, value in read_scores(_evaluation(plan, fold)).items():
            values.setdefault(metric, {})[f"fold_{fold}"] = number(value)
    return [{"metric": name, "mean": float(np.mean(list(folds.values()))), **folds} for name, folds in values.items()]


def sums(rows: Sequence[dict[str, Cell]], seed: int = 0) -> list[dict[str, Cell]]:
    """Mean and median of each score over all patients, each with its 95 % bootstrap interval.

    Args:
        rows: what `patient_scores` gives.
        seed: start of the random numbers of the resamples.
    """
    names = list(dict.fromkeys(name for row in rows for name, cell in row.items() if isinstance(cell, float)))
    lines = []
    for name in (name for name in names if not name.startswith(COUNTS)):
        values = [float(row[name]) for row in rows if name in row]
        line: dict[str, Cell] = {"score": name, "patients": int(np.isfinite(values).sum())}
        for title, statistic in (("mean", np.mean), ("median", np.median)):
            value, low, high = bootstrap(values, statistic, seed=seed)
            line |= {title: value, f"{title}_low": low, f"{title}_high": high}
        lines.append(line)
    return lines


def _evaluation(plan: Plan, fold: int) -> Path:
    return plan.fold_dir(fold) / "evaluation"
