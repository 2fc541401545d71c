"""A newcomer's first hour: from a raw folder to a report and predictions, by the commands of the documents alone.

The sets are made here, as people have them: grey pictures of odd sizes, colour TIFF of three classes, instances, NIfTI volumes,
and photographs with GIF truth and masks of the field of view, named as DRIVE names them. In the environment of the README:

    python benchmarks/first_hour.py --sets grey colour

It prints a row for each set, and ends with code 1 if a command failed, an image got no prediction, or a network learnt too
little: the predictions are scored on images that no command has seen with their labels.
`--settings --epochs 2` shortens the trainings.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from first_hour_sets import SETS, Made

from custom.files import read_image
from custom.metrics.objects import object_f1
from custom.storage.tables import read_rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "bundle/docs/own_data.md"
LEAST = 0.8
Run = Callable[[list[str]], int]


class Hour(NamedTuple):
    """What became of a set.

    Attributes:
        validation: mean Dice of the images that chose the epoch, in [0, 1].
        test: mean score of the predictions of new images by `score_of`, in [0, 1].
        predicted: how many images have a mask.
        train_s: seconds of the training.
        seconds: of all commands together.
        cpu_s: seconds that they computed, which other programs on the machine do not lengthen.
        problem: what went wrong, or nothing.
    """

    validation: float = 0
    test: float = 0
    predicted: int = 0
    train_s: float = 0
    seconds: float = 0
    cpu_s: float = 0
    problem: str = ""


def documented_commands(page: Path = PAGE) -> list[list[str]]:
    """The words of the commands in the first and the last bash block of a page, behind `python -m custom`."""
    blocks = re.findall(r"^```bash\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    lines = [line for block in (blocks[0], blocks[-1]) for line in block.splitlines()]
    return [shlex.split(line, comments=True)[3:] for line in lines if line.startswith("python -m custom ")]


def commands_for(made: Made, run_name: str, results: Path, settings: Sequence[str]) -> list[list[str]]:
    """The documented commands with a set's own places in them.

    Args:
        made: the set.
        run_name: name of the run.
        results: folder of the predictions.
        settings: what `init` is told besides.
    """
    plan = str(results.with_name("plan.json"))
    own = {"/data/DRIVE": str(made.data), "/data/DRIVE/test/images": str(made.new), "DRIVE.json": plan, "vessels": run_name}
    own["bundle/runs/vessels"] = str(ROOT / "bundle" / "runs" / run_name)
    besides = {"init": ["--plan", plan, *settings], "predict": ["--output_dir", str(results)]}
    return [[own.get(word, word) for word in words] + besides.get(words[0], []) for words in documented_commands()]


def first_hour(name: str, folder: Path, run: Run, settings: Sequence[str] = (), number: int | None = None) -> Hour:
    """Takes a set from its folder to predictions.

    Args:
        name: of the set.
        folder: where it is made.
        run: runs `python -m custom` with these words, and returns the exit code.
        settings: what `init` is told besides.
        number: how many images are made to train on; by default as many as the set has.
    """
    make, usual = SETS[name]
    made = make(folder, number or usual, np.random.default_rng(0))
    run_name, results = f"first_hour_{name}_{time.time_ns()}", folder / "results"
    run_dir, took, computed = ROOT / "bundle" / "runs" / run_name, dict[str, float](), cpu_s()
    try:
        for words in commands_for(made, run_name, results, settings):
            start = time.perf_counter()
            if code := run(words):
                return Hour(problem=f"{words[0]} ended with {code}")
            took[words[0]] = time.perf_counter() - start
        dice = next(float(row["dice"]) for row in read_rows(run_dir / "patients.csv") if row["patient_id"] == "mean")
        missing = [str(path) for path in (run_dir / "report.html", results / "report.html") if not path.is_file()]
        truths = sorted(made.truth.iterdir())
        masks = {truth: file for truth in truths if (file := predicted_file(results, truth.stem))}
        problems = [f"no {path}" for path in missing]
        problems += [f"{len(masks)} of {len(truths)} images have a mask"] if len(masks) < len(truths) else []
        scores = [score_of(file, truth) for truth, file in masks.items()]
        test = float(np.mean(scores)) if scores else 0.0
        return Hour(dice, test, len(masks), took["train"], sum(took.values()), cpu_s() - computed, ", ".join(problems))
    finally:
        shutil.rmtree(run_dir, ignore_errors=True)


def cpu_s() -> float:
    """Seconds of processor that this program and those that it ran have used."""
    return sum(os.times()[:4])


def predicted_file(results: Path, name: str) -> Path | None:
    """The objects of an image in a folder of results, or else its labels."""
    found = [*results.rglob(f"{name}_instances.*"), *results.rglob(f"{name}_mask.*")]
    return found[0] if found else None


def score_of(file: Path, truth: Path) -> float:
    """Of labels the mean Dice over the foreground classes, of objects their F1 at an IoU of 0.5; in [0, 1]."""
    pred, true = np.squeeze(read_image(file).values).astype(int), np.load(truth).astype(int)
    if "_instances." in file.name:
        return object_f1(pred=pred, truth=true)
    if true.max() == 1:
        pred = (pred > 0).astype(int)  # a mask may be of 0 and 255
    pairs = [(pred == label, true == label) for label in range(1, true.max() + 1)]
    return float(np.mean([2 * (one & other).sum() / max(one.sum() + other.sum(), 1) for one, other in pairs]))


def in_a_process(words: list[str]) -> int:
    """Runs a command as a newcomer does, and shows it."""
    print("$ python -m custom", shlex.join(words), flush=True)
    return subprocess.run([sys.executable, "-m", "custom", *words], check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--settings", nargs=argparse.REMAINDER, default=[], help="what init is told besides, last on the line")
    options = parser.parse_args()
    rows = {}
    for name in options.sets:
        with tempfile.TemporaryDirectory() as folder:
            rows[name] = first_hour(name, Path(folder), in_a_process, options.settings)
    columns = (
        "set",
        "validation Dice",
        "test score",
        "predicted",
        "minutes of training",
        "minutes in all",
        "CPU minutes",
        "problem",
    )
    print("", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", sep="\n")
    for name, hour in rows.items():
        minutes = (f"{seconds / 60:.1f}" for seconds in (hour.train_s, hour.seconds, hour.cpu_s))
        cells = name, f"{hour.validation:.3f}", f"{hour.test:.3f}", str(hour.predicted), *minutes, hour.problem
        print(f"| {' | '.join(cells)} |")
    least = 0.0 if options.settings else LEAST
    return int(any(hour.problem or hour.test < least for hour in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
