"""Two runs compared on the same patients, each with itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import NamedTuple

import numpy as np

from custom.crossval.intervals import Interval, bootstrap
from custom.runs.state import RunState, cases_of, evaluations_of
from custom.storage.checkpoints import checkpoint_files
from custom.storage.split_file import read_split
from custom.storage.tables import COUNTS, number

Rows = Mapping[str, Mapping[str, str]]


class Scored(NamedTuple):
    """Where the scores of a run are.

    Attributes:
        folder: what holds `patients.csv`.
        rows: its rows by patient.
        evaluated: whether they are of an evaluation; otherwise of the validation that chose the weights.
    """

    folder: Path
    rows: Rows
    evaluated: bool


class Comparison(NamedTuple):
    """The second run minus the first.

    Attributes:
        means: mean score of each run.
        difference: mean of the differences by patient, with its 95 % interval.
        p_value: what Wilcoxon's signed-rank test gives, two-sided, in [0, 1].
        better: patients whose score is higher in the second run.
        worse: patients whose score is lower.
        cases: patients with a score in both.
    """

    means: tuple[float, float]
    difference: Interval
    p_value: float
    better: int
    worse: int
    cases: int


def scored_pair(first: RunState, second: RunState) -> tuple[Scored, Scored]:
    """The scores to compare: of the newest evaluations, or if neither run was evaluated of their best validations.

    Raises:
        ValueError: if both are one, a run has no scores, only one was evaluated, or they were scored on other patients or
            another truth.
    """
    if first.folder.resolve() == second.folder.resolve():
        raise ValueError(f"run: {first.folder} was named twice; name two runs")
    one, other = _evaluation(first), _evaluation(second)
    if one is None and other is None:
        one, other = _validation(first), _validation(second)
    one, other = one or _to_evaluate(first, second), other or _to_evaluate(second, first)
    _check_same(one, other)
    return one, other


def compare(one: Rows, other: Rows, score: str = "dice", seed: int = 0) -> Comparison:
    """The differences of a score by patient.

    Args:
        one: rows of the first run by patient.
        other: rows of the second run, of the same patients.
        score: a column that both have, such as `dice` or `iou`.
        seed: start of the random numbers of the interval.

    Raises:
        ValueError: if there is no such column, or no patient has it in both.
    """
    columns = [name for name in next(iter(one.values())) if name in next(iter(other.values())) and name not in COUNTS]
    if score not in columns:
        raise ValueError(f"score: {score!r} is not in both tables; they have {', '.join(columns)}")
    pairs = np.array([(number(one[name][score]), number(other[name][score])) for name in one])
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    if not len(pairs):
        raise ValueError(f"score: no patient has {score!r} in both runs; choose another of {', '.join(columns)}")
    differences = pairs[:, 1] - pairs[:, 0]
    better, worse = int((differences > 0).sum()), int((differences < 0).sum())
    means = (float(pairs[:, 0].mean()), float(pairs[:, 1].mean()))
    return Comparison(means, bootstrap(differences, seed=seed), _p_value(differences), better, worse, len(pairs))


def trained_on(run: RunState, names: Sequence[str]) -> list[str]:
    """Those of the patients that the run's weights, or any of an ensemble, were trained on, as far as a `split.json` tells.

    Raises:
        ValueError: if such a file holds no split.
    """
    own = read_split(run.folder, "run") or read_split(run.folder.parent, "run")
    members = checkpoint_files(run.weights) if run.weights and not own else []
    splits = [own, *(read_split(Path(file).parent, "run") for file in members)]
    return sorted({name for split in splits if split for name in split.train} & set(names))


def _p_value(differences: Sequence[float]) -> float:
    """Of two-sided signed ranks, exact for few patients; 1 where nothing differs."""
    if not np.any(differences):
        return 1.0
    # Imported here, since it takes half a second and errors before it do not.
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences).pvalue)


def _evaluation(run: RunState) -> Scored | None:
    folders = [run.folder] if run.is_evaluation else evaluations_of(run.folder)[-1:]
    return next((Scored(folder, rows, True) for folder in folders if (rows := cases_of(folder))), None)


def _validation(run: RunState) -> Scored:
    rows = cases_of(run.folder)
    if not rows:
        raise ValueError(f"run: {run.folder} has no scores yet; wait for its first validation, or go on with the training")
    return Scored(run.folder, rows, False)


def _to_evaluate(run: RunState, other: RunState) -> Scored:
    raise ValueError(
        f"run: {run.folder} was not evaluated, {other.folder} was; evaluate it too: "
        f"python -m custom evaluate {quote(str(run.folder))}"
    )


def _check_same(one: Scored, other: Scored) -> None:
    mend = "evaluate both on the same: python -m custom evaluate RUN --dataset_dir DATA --part all"
    lacking = one.rows.keys() ^ other.rows.keys()
    if lacking:
        raise ValueError(
            f"run: {one.folder} was scored on {len(one.rows)}, {other.folder} on {len(other.rows)}, "
            f"and not on the same: only one has {min(lacking)}; {mend}"
        )
    for name, row in one.rows.items():
        pixels = row.get("truth_pixels"), other.rows[name].get("truth_pixels")
        if pixels[0] != pixels[1]:
            raise ValueError(
                f"run: {name} has {pixels[0]} true pixels in {one.folder}, but {pixels[1]} in {other.folder}; {mend}"
            )
