"""What came out of a run, for the terminal."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from custom.command_line.bundle_command import shown
from custom.runs.listing import best_of
from custom.runs.nouns import counted, noun_of
from custom.runs.state import RunState, cases_of, evaluations_of, read_run
from custom.storage.split_file import read_split
from custom.storage.tables import SUMS, number, read_patients, read_rows, read_scores

PARTS = {
    "model.pt": "the best weights",
    "last.pt": "to go on: python -m custom train --resume RUN",
    "report.html": "all of it, in a browser",
    "history.csv": "every epoch",
    "patients.csv": "the scores of all {noun}",
    "scores.csv": "the scores over all of them",
    "curves.png": "loss, Dice and IoU",
    "predictions.png": "image, truth, prediction",
    "tensorboard": "tensorboard --logdir",
    "evaluation": "the best weights, evaluated",
    "predictions": "masks and overlays",
}
SHOWN, LOWEST = 40, 10


def summary(run_dir: str | Path) -> str:
    """How far a run came, the scores of each patient or image and of each evaluation, its files, and what comes next.

    Raises:
        ValueError: if the folder is not that of a run.
    """
    run = read_run(Path(run_dir))
    rows = read_patients(run.folder)
    noun = noun_of(run.config, run.folder, cases_of(run.folder).values())
    lines = _heading(run, noun)
    if rows:
        lines += ["", *_scores(run, noun), *_classes(rows, run.config.get("class_names")), "", *_cases(rows, noun)]
    return "\n".join([*lines, *_baseline(run.folder), "", *_files(run.folder, noun), "", *_next(run)])


def _heading(run: RunState, noun: str) -> list[str]:
    split = read_split(run.folder, "run")
    on = f", trained on {counted(len(split.train), noun)}, validated on {counted(len(split.val), noun)}" if split else ""
    lines = [f"{run.folder.name}: {'SIMULATED ' if run.config.get('dataset_dir') == '' else ''}{noun}{on}"]
    if run.is_evaluation:
        return [*lines, f"evaluation of {shown(str(run.weights))}"]
    stopped = f"; ended early: {run.stopped_early}" if run.stopped_early else ""
    return [*lines, f"{run.done} of {run.planned or '?'} epochs done{stopped}", f"best score: {best_of(run)}"]


def _scores(run: RunState, noun: str) -> list[str]:
    """The score that chooses the weights and all means: of the validation that was best, then of each evaluation."""
    title = "evaluation" if run.is_evaluation else "validation"
    columns = {title: run.folder, **{folder.name: folder for folder in evaluations_of(run.folder)}}
    tables = {name: read_scores(folder) for name, folder in columns.items()}
    key = run.best.name if run.best else ""
    names = [name for name in dict.fromkeys(one for table in tables.values() for one in table) if name == key or "mean" in name]
    width = max(map(len, (*names, "scores of")))
    lines = [f"{'scores of':<{width}}{''.join(f'  {name:>12}' for name in tables)}"]
    cells = {name: "".join(f"  {_rounded(table.get(name)):>12}" for table in tables.values()) for name in names}
    counts = "".join(f"  {len(cases_of(folder)):>12}" for folder in columns.values())
    return [*lines, *(f"{name:<{width}}{cells[name]}" for name in names), f"{noun:<{width}}{counts}"]


def _classes(rows: Sequence[dict[str, str]], names: Any) -> list[str]:
    """Mean Dice and IoU of each class, if there are several; a class without a name is called by its number."""
    means = next((row for row in rows if row["patient_id"] == "mean"), {})
    numbers = [name.removeprefix("dice_") for name in means if name.startswith("dice_")]
    known = names if isinstance(names, list) else []
    titles = {one: str(known[int(one)]) if int(one) < len(known) else one for one in numbers}
    width = max(map(len, ("class", *titles.values())))
    lines = [f"{titles[one]:<{width}}  {_rounded(means[f'dice_{one}'])}  {_rounded(means[f'iou_{one}'])}" for one in numbers]
    return ["", f"{'class':<{width}}   Dice    IoU", *lines] if lines else []


def _cases(rows: Sequence[dict[str, str]], noun: str) -> list[str]:
    """Dice and IoU of each, or of the lowest where they are many, with mean and median."""
    cases, sums = [row for row in rows if row["patient_id"] not in SUMS], [row for row in rows if row["patient_id"] in SUMS]
    title, with_slices = noun.removesuffix("s"), any(number(row["slices"]) != 1 for row in cases)
    note = []
    if len(cases) > SHOWN:
        note = [f"the {LOWEST} lowest of {len(cases)} {noun}; all are in patients.csv", ""]
        cases = sorted(cases, key=lambda row: number(row["dice"]))[:LOWEST]
    width = max(len(title), *(len(row["patient_id"]) for row in (*cases, *sums)))
    lines = [f"{title:<{width}}{'  slices' if with_slices else ''}   Dice    IoU"]
    for row in (*cases, *sums):
        lines += [""] if row["patient_id"] == "mean" else []
        slices = f"  {number(row['slices']):6.4g}" if with_slices else ""
        lines.append(f"{row['patient_id']:<{width}}{slices}  {_rounded(row['dice'])}  {_rounded(row['iou'])}")
    return [*note, *lines]


def _baseline(run_dir: Path) -> list[str]:
    """What a threshold reaches on the same patients, if the run was evaluated."""
    paths = [folder / "threshold.csv" for folder in (run_dir, run_dir / "evaluation")]
    tables = [read_rows(path, ("threshold", "dice"), ("patient_id",)) for path in paths]
    means = [row for rows in tables for row in rows if row["patient_id"] == "mean"]
    return [
        f"\nFLAIR above {float(row['threshold']):g}, the best threshold: mean Dice {float(row['dice']):.3f}"
        for row in means[:1]
    ]


def _files(run_dir: Path, noun: str) -> list[str]:
    found = {shown(run_dir / name): meaning.format(noun=noun) for name, meaning in PARTS.items() if (run_dir / name).exists()}
    width = max(map(len, found), default=0)
    return [f"{path:<{width}}  {meaning}" for path, meaning in found.items()]


def _next(run: RunState) -> list[str]:
    """The commands that go on from here."""
    folder, has_weights = quote(shown(run.folder)), (run.folder / "model.pt").is_file()
    if run.is_evaluation:
        return [f"predict:   python -m custom predict IMAGES --checkpoint {quote(shown(str(run.weights)))}"]
    if run.complete:
        commands = {"predict": f"predict IMAGES --checkpoint {folder}"}
        if not evaluations_of(run.folder):
            commands = {"evaluate": f"evaluate {folder}", **commands}
        return [f"{name + ':':<10} python -m custom {words}" for name, words in commands.items() if has_weights]
    if not (run.folder / "last.pt").is_file():
        return ["No epoch is kept yet; if it no longer runs, remove the folder and train again."]
    return [f"go on, if it no longer runs: python -m custom train --resume {folder}"]


def _rounded(cell: str | None) -> str:
    return f"{number(cell):.3f}" if cell else "-"
