"""The harness: `python -m trust WHAT`, from the folder of the tests. It ends with 1 if anything is bad.

::

    200 tried, 0 bad: kills
"""

import argparse
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from trust.cases import tried
from trust.closed_places import CLOSED, refused
from trust.full_disks import filled
from trust.kills import blows, lives, survived
from trust.predictions import prediction
from trust.scenario import Scenario
from trust.scenarios import SCENARIOS, export
from trust.trainings import training

sys.path.append(str(Path(__file__).parents[2] / "deploy"))  # where pytest, too, finds what writes DICOM
ACTS, SECONDS = 80, 3.0
DISKS = {
    "prediction": (prediction(probability_maps=True), "out"),
    "prediction image by image": (prediction(across_slices=False, instances=True), "out"),
    "training": (training(epochs=2), "runs"),
    "export": (export(), "out"),
}
Found = Iterator[tuple[int, list[str]]]  # how many were tried, and what was bad


def corpus(options: argparse.Namespace) -> Found:
    """Each bad input of the tables."""
    from trust.test_corpus import CASES

    for name, case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            yield 1, [f"{name}: {line}" for line in tried(case, Path(folder))]


def kills(options: argparse.Namespace) -> Found:
    """So many blows, dealt in turn to trainings, predictions, an export and `segment`."""
    dealt, seed, expected = 0, options.seed, {}
    chosen = [item for item in SCENARIOS.items() if options.only in item[0]]
    while dealt < options.number:
        name, scenario = chosen[seed % len(chosen)]
        if name not in expected:
            expected[name] = _unhurt(scenario)
        with tempfile.TemporaryDirectory() as folder:
            fell, wrong = survived(scenario, Path(folder), blows(seed, ACTS, SECONDS), expected[name])
        dealt, seed = dealt + fell, seed + 1
        print(f"{name}: hit {fell} times", flush=True)
        yield fell, [f"{name}, seed {seed - 1}: {line}" for line in wrong]


def _unhurt(scenario: Scenario) -> Any:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        scenario.prepare(folder)
        lives(lambda: scenario.run(folder), folder)
        return scenario.result(folder)


def disks(options: argparse.Namespace) -> Found:
    """Disks of growing size under predictions, trainings and exports."""
    for step in range(options.sizes):
        for name, (scenario, place) in DISKS.items():
            if options.only not in name:
                continue
            kib = 4 + step * options.kib
            with tempfile.TemporaryDirectory() as folder:
                wrong = filled(scenario, Path(folder), place, kib)
            if wrong is None:
                print("no disk may be mounted here: nothing tried")
                return
            yield 1, [f"{name} on {kib} KiB: {line}" for line in wrong]


def places(options: argparse.Namespace) -> Found:
    """Folders and files that may not be read or written."""
    for name, (scenario, place, mode) in CLOSED.items():
        if options.only in name:
            with tempfile.TemporaryDirectory() as folder:
                yield 1, [f"{name}: {line}" for line in refused(scenario, Path(folder), place, mode)]


TRIALS: dict[str, Callable[[argparse.Namespace], Found]] = {
    "corpus": corpus, "kills": kills, "disks": disks, "places": places,
}  # fmt: skip


def main() -> int:
    """Tries what is named, prints what is bad and how many were tried."""
    parser = argparse.ArgumentParser(prog="python -m trust", description=__doc__)
    parser.add_argument("what", choices=TRIALS, nargs="+")
    parser.add_argument("--number", type=int, default=20, help="of blows (default: 20)")
    parser.add_argument("--sizes", type=int, default=6, help="of disks (default: 6)")
    parser.add_argument("--seed", type=int, default=0, help="where the random blows begin (default: 0)")
    parser.add_argument("--only", default="", help="programs whose name holds this (default: all)")
    parser.add_argument("--kib", type=int, default=24, help="by how much each disk is larger (default: 24)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    return int(sum(_told(what, options) for what in options.what) > 0)


def _told(what: str, options: argparse.Namespace) -> int:
    """How many were bad; all of them are printed, and how many were tried."""
    number, bad = 0, 0
    for done, wrong in TRIALS[what](options):
        number, bad = number + done, bad + bool(wrong)
        if wrong:
            print(f"bad: {'; '.join(wrong)}", flush=True)
    print(f"{number} tried, {bad} bad: {what}", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())
