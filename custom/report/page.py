"""What a report tells, as plain data."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom.metrics.reliability import reliability_curve
from custom.report.case import Case


class Series(NamedTuple):
    """Points of one curve or cloud.

    Attributes:
        name: for the legend.
        points: x and y; those with NaN are left out.
        labels: a text for each point, shown when the mouse is near; empty for the numbers alone.
        dashed: whether the line is dashed.
    """

    name: str
    points: Sequence[tuple[float, float]]
    labels: Sequence[str] = ()
    dashed: bool = False


class Chart(NamedTuple):
    """A chart with a title and words for its axes; `lines` joins the points, `diagonal` draws where both axes agree."""

    title: str
    x: str
    y: str
    series: Sequence[Series]
    note: str = ""
    lines: bool = True
    log_x: bool = False
    diagonal: bool = False


class Page(NamedTuple):
    """A report.

    Attributes:
        title: what it is of, such as `Training mine`.
        facts: names and values that stand at the top.
        charts: curves, size against Dice, calibration.
        noun: what the cases are: patients or images.
        rows: scores of every case, by column; `name` is the first column.
        rank: the column by which they are sorted, worst first.
        examples: cases with a word each, such as worst.
        classes: names of the classes of the confusion.
        confusion: (K, K) pixels by true class (row) and predicted class (column); None to leave it out.
        strip: pictures that the network saw in training, as PNG.
        settings: name, value and meaning.
        machine: names and values.
        heading: what stands above the examples, before how many there are.
        order: how the rows are sorted, in words.
    """

    title: str
    facts: Sequence[tuple[str, str]] = ()
    charts: Sequence[Chart] = ()
    noun: str = "patients"
    rows: Sequence[Mapping[str, str | float]] = ()
    rank: str = "dice"
    examples: Sequence[tuple[str, Case]] = ()
    classes: Sequence[str] = ()
    confusion: NDArray[np.int64] | None = None
    strip: Sequence[bytes] = ()
    settings: Sequence[tuple[str, str, str]] = ()
    machine: Sequence[tuple[str, str]] = ()
    heading: str = "Worst, median and best"
    order: str = "Worst first"


OTHERS = {"seg": "SEG", "object_f1": "object F1", "rand_f_score": "V_Rand"}  # scores of objects and membranes, in words


def curves(history: Sequence[Mapping[str, str]]) -> list[Chart]:
    """Loss and scores over the epochs, of the rows of `history.csv`."""
    both = (("train", "training", True), ("val", "validation", False))
    losses = [Series(word, points(history, f"{part}_loss"), dashed=dashed) for part, word, dashed in both]
    scores = [
        Series(f"{name}, {word}", points(history, f"{part}_mean_{name.lower()}"), dashed=dashed)
        for name in ("Dice", "IoU", "sensitivity", "precision")
        for part, word, dashed in both
    ]
    scores += [Series(f"{word}, validation", points(history, f"val_{name}")) for name, word in OTHERS.items()]
    return [
        Chart("Loss", "epoch", "loss", [one for one in losses if one.points]),
        Chart("Scores", "epoch", "mean", [one for one in scores if one.points]),
    ]


def points(history: Sequence[Mapping[str, str]], column: str) -> list[tuple[float, float]]:
    """Epoch and value of the rows that have one."""
    return [(float(row["epoch"]), float(row[column])) for row in history if row.get(column)]


def size_against_dice(rows: Sequence[Mapping[str, str | float]], noun: str) -> Chart:
    """Each case by the size of its truth and its Dice."""
    known = [row for row in rows if float(row.get("truth_pixels", 0)) > 0]
    cloud = [(float(row["truth_pixels"]), float(row["dice"])) for row in known]
    series = [Series(noun, cloud, [str(row["name"]) for row in known])]
    return Chart("Size against Dice", "true pixels (logarithmic)", "Dice", series, lines=False, log_x=True)


def calibration(counts: NDArray[np.float64], error: float) -> Chart:
    """The reliability diagram of `reliability_counts`."""
    curve = reliability_curve(counts)
    labels = [f"{share:.2%} of the pixels" for share in curve.share]
    series = [Series("probabilities", list(zip(curve.confidence.tolist(), curve.frequency.tolist(), strict=True)), labels)]
    note = (
        f"On the dotted line, probabilities are true. Expected calibration error {error:.4f}; most pixels lie in the corners."
    )
    return Chart("Calibration", "probability that the network gives", "share that is true", series, note, diagonal=True)
