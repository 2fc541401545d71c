"""A newcomer's first hour: from a raw folder to a report and predictions, by the commands of the documents alone.

The sets are made here, as people have them: grey pictures of odd sizes, colour TIFF of three classes, instances, NIfTI volumes,
and photographs with GIF truth and masks of the field of view, named as DRIVE names them. In the environment of the README:

    python benchmarks/first_hour.py --sets grey colour

It prints a row for each set, and ends with code 1 if a command failed, an image got no prediction, or a network learnt nothing.
`--settings --epochs 2` shortens the trainings.
"""

import argparse
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

from custom.tables import read_rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "bundle/docs/own_data.md"
LEAST_DICE = 0.6
Run = Callable[[list[str]], int]


class Hour(NamedTuple):
    """What became of a set: mean Dice of the validation, predicted images, seconds, and what went wrong."""

    dice: float
    predicted: int
    seconds: float
    problem: str


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
    run_dir, start = ROOT / "bundle" / "runs" / run_name, time.perf_counter()
    try:
        for words in commands_for(made, run_name, results, settings):
            if code := run(words):
                return Hour(0, 0, time.perf_counter() - start, f"{words[0]} ended with {code}")
        dice = next(float(row["dice"]) for row in read_rows(run_dir / "patients.csv") if row["patient_id"] == "mean")
        reported = (run_dir / "report.html").is_file()
        predicted = len([path for path in results.rglob("*_mask.*") if path.is_file()])
        problem = "" if predicted == made.images else f"{predicted} of {made.images} images have a mask"
        problem = problem if reported else f"no report.html {problem}"
        return Hour(dice, predicted, time.perf_counter() - start, problem)
    finally:
        shutil.rmtree(run_dir, ignore_errors=True)


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
    print("\n| set | mean Dice | predicted | seconds | problem |\n|---|---|---|---|---|")
    for name, hour in rows.items():
        print(f"| {name} | {hour.dice:.3f} | {hour.predicted} | {hour.seconds:.0f} | {hour.problem} |")
    least = 0.0 if options.settings else LEAST_DICE
    return int(any(hour.problem or hour.dice < least for hour in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
