"""A disk that is full: small file systems in memory, each a little larger than the last, so that ever later writes fail.

Only root may mount one; elsewhere nothing is tried, and that is said.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trust.doors import Outcome, outcome_of
from trust.kills import lives
from trust.scenario import Scenario

SAYS = "no space left on the disk of"


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[bool]:
    """A disk of so many KiB in the place of a folder; False where none may be mounted."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def filled(scenario: Scenario, folder: Path, place: str, kib: int) -> list[str] | None:
    """What is wrong with how a program ends whose results lie on a disk of so many KiB; None where it cannot be tried.

    Args:
        scenario: the program; what it reads lies outside the disk.
        folder: of the program.
        place: name of the folder of its results in it.
        kib: of the disk.
    """
    scenario.prepare(folder)
    with small_disk(folder / place, kib) as mounted:
        if not mounted:
            return None
        outcome = outcome_in_child(lambda: scenario.run(folder), folder)
        return [*_wrong(outcome), *scenario.wrong(folder), *(f"left {path.name}" for path in folder.rglob(".part-*"))]


def outcome_in_child(program: Callable[[], object], folder: Path) -> Outcome:
    """How a program ends in a process of its own, with which all that it opened on the disk is closed."""
    told = folder / "outcome.json"
    lives(lambda: told.write_text(json.dumps(outcome_of(program))), folder)
    return Outcome(*json.loads(told.read_text()))


def _wrong(outcome: Outcome) -> list[str]:
    if outcome.code == 0:
        return []
    # A report that could not be written is a warning, and not what ends a program.
    told = [line for line in outcome.lines if SAYS in line and not line.startswith("warning: ")]
    wrong = [] if len(told) == 1 else [f"{len(told)} lines say that the disk is full: {outcome.lines[-3:]}"]
    return wrong + [line for line in outcome.lines if "Traceback" in line]
