"""The scores of a cross-validation: a dot a patient."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

SPREAD = 0.3
SHARES = ("Dice", "IoU", "surface Dice")  # scores in [0, 1]


def draw_folds(scores: Mapping[str, Sequence[tuple[int, float]]], num_folds: int) -> Figure:
    """A panel for each score: patients by fold, a short line at each fold's median, long ones at mean and median of all.

    Args:
        scores: by title, the fold and the score of each patient; NaN is left out.
        num_folds: how many there are, done or not.
    """
    figure = Figure(figsize=(max(3.2 * len(scores), 6), 4.2), facecolor="white", layout="constrained")
    panels = figure.subplots(1, len(scores), squeeze=False)[0]
    for axes, (title, pairs) in zip(panels, scores.items(), strict=True):
        folds, values = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
        known = ~np.isnan(values)
        folds, values = folds[known], values[known]
        for fold in range(num_folds):
            of_fold = np.sort(values[folds == fold])
            if of_fold.size:
                axes.plot(
                    np.linspace(fold - SPREAD, fold + SPREAD, of_fold.size), of_fold, "o", color="#0072b2", markersize=3.5
                )
                axes.hlines(np.median(of_fold), fold - SPREAD, fold + SPREAD, color="black", linewidth=1.5)
        if values.size:
            for name, statistic, style in (("mean", np.mean, "--"), ("median", np.median, ":")):
                axes.axhline(statistic(values), color="#d55e00", linestyle=style, label=f"{name} {statistic(values):.3f}")
            axes.legend(loc="lower left", fontsize=8, framealpha=0.9, edgecolor="none")
        if title in SHARES:
            axes.set_ylim(-0.02, 1.02)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("fold")
        axes.set_xticks(range(num_folds))
        axes.grid(axis="y", alpha=0.3)
    return figure
