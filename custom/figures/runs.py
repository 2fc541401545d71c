"""What a person sees of a run: panels of predictions, curves. Pure functions; nothing is written."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from custom.figures.overlay import CONTOURS, overlay

DPI = 100
PANEL_PX, CAPTION_PX, GAP_PX = 256, 26, 4


class Example(NamedTuple):
    """One slice to show, upright: image (H, W), labels pred and truth (H, W), and a caption."""

    caption: str
    image: NDArray[Any]
    pred: NDArray[Any]
    truth: NDArray[Any]


def draw_predictions(examples: Sequence[Example], title: str = "") -> Figure:
    """Each of one or more examples as image | truth | truth and prediction, two in a line; to be saved with its own dpi."""
    triples = [_triple(example) for example in examples]
    height = max(triple.shape[0] for triple in triples) + CAPTION_PX
    width = max(triple.shape[1] for triple in triples) + 2 * GAP_PX
    canvas = np.full((CAPTION_PX + height * -(-len(triples) // 2), max(width * min(len(triples), 2), 600), 3), 255, np.uint8)
    figure = Figure(figsize=(canvas.shape[1] / DPI, canvas.shape[0] / DPI), dpi=DPI)
    for number, (example, triple) in enumerate(zip(examples, triples, strict=True)):
        top, left = CAPTION_PX + height * (number // 2), width * (number % 2) + GAP_PX
        bottom, right = top + CAPTION_PX + triple.shape[0], left + triple.shape[1]
        canvas[top + CAPTION_PX : bottom, left:right] = triple
        position = left / canvas.shape[1], 1 - (top + CAPTION_PX - GAP_PX) / canvas.shape[0]
        figure.text(*position, example.caption, fontsize=9, va="bottom")
    figure.figimage(canvas, origin="upper")
    lines = [
        Line2D([], [], color="#{:02x}{:02x}{:02x}".format(*rgb), label=name, linewidth=3) for name, rgb in CONTOURS.items()
    ]
    figure.legend(handles=lines, loc="upper left", ncols=2, frameon=False, fontsize=10, borderaxespad=0)
    figure.text(1 - GAP_PX / canvas.shape[1], 1 - GAP_PX / canvas.shape[0], title, fontsize=10, ha="right", va="top")
    return figure


def _triple(example: Example) -> NDArray[np.uint8]:
    """The three panels of an example side by side, each about `PANEL_PX` high or wide."""
    larger = max(example.image.shape)
    step, times = -(-larger // (2 * PANEL_PX)), max(1, PANEL_PX // larger)
    image, pred, truth = (array[::step, ::step].repeat(times, 0).repeat(times, 1) for array in example[1:])
    nothing = np.zeros_like(pred)
    gap = np.full((len(image), GAP_PX, 3), 255, np.uint8)
    return np.hstack([overlay(image, nothing), gap, overlay(image, nothing, truth), gap, overlay(image, pred, truth)])


def draw_curves(history: Sequence[Mapping[str, str]], title: str = "") -> Figure:
    """Loss on the left, mean Dice and IoU of the patients on the right, over the epochs; the best epoch is marked.

    Args:
        history: rows of `history.csv`, of which blank cells and absent columns are left out.
        title: line above the whole figure.
    """
    figure = Figure(figsize=(11, 4.2), facecolor="white", layout="constrained")
    losses, scores = figure.subplots(1, 2)
    _curve(losses, history, "train_loss", "training", color="0.45", linestyle="--")
    _curve(losses, history, "val_loss", "validation", color="black")
    losses.set_ylabel("loss")
    for score, name, colour in (("dice", "Dice", "#0072b2"), ("iou", "IoU", "#d55e00")):
        _curve(scores, history, f"train_mean_{score}", f"{name}, training", color=colour, linestyle="--", linewidth=1.2)
        _curve(scores, history, f"val_mean_{score}", f"{name}, validation", color=colour)
    scores.set_ylim(0, 1)
    scores.set_ylabel("mean over patients")
    for axes in (losses, scores):
        _mark_best(axes, history)
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
        axes.set_xlim(0, len(history) + 1)
        axes.xaxis.get_major_locator().set_params(integer=True)
        if axes.lines:
            axes.legend(framealpha=0.9, edgecolor="none", fontsize=9)
    figure.suptitle(title)
    return figure


def _points(history: Sequence[Mapping[str, str]], name: str) -> list[tuple[int, float]]:
    return [(int(row["epoch"]), float(row[name])) for row in history if row.get(name)]


def _curve(axes: Axes, history: Sequence[Mapping[str, str]], name: str, label: str, **style: Any) -> None:
    points = _points(history, name)
    if points:
        axes.plot(*zip(*points, strict=True), label=label, marker="o", markersize=3 if len(points) < 40 else 0, **style)


def best_epoch(history: Sequence[Mapping[str, str]]) -> tuple[int, float] | None:
    """The first epoch with the highest `val_mean_dice`, and that; None before any validation."""
    return max(_points(history, "val_mean_dice"), key=lambda point: point[1], default=None)


def _mark_best(axes: Axes, history: Sequence[Mapping[str, str]]) -> None:
    best = best_epoch(history)
    if best is not None:
        axes.axvline(best[0], color="0.6", linestyle=":", zorder=0, label=f"best: Dice {best[1]:.3f}, epoch {best[0]}")
