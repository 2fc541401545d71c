"""A bad input, and what should be said of it: one line, and an exit code that is not 0."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from trust.doors import Door, Outcome

# What programs say beside their last word.
PROGRESS = re.compile(
    r"\s*(Loading dataset|reading image \d|(train|predict|evaluate)[: \[]|epoch \d|.* has no record; assumed: "
    r"|python -m monai.bundle run )"
)
HINT = "` lists all that is wrong"


class Case(NamedTuple):
    """A row of the tables.

    Attributes:
        name: of the case.
        door: what it is brought to.
        says: what the line holds, {} for the folder of the case.
        plant: what is put into this folder before; nothing by default.
        code: the exit code.
    """

    name: str
    door: Door
    says: str
    plant: Callable[[Path], object] = lambda folder: None
    code: int = 1


def tried(case: Case, folder: Path) -> list[str]:
    """What is wrong with how a case ended; nothing of a sound one.

    Args:
        case: the row.
        folder: an empty one, for its files.
    """
    case.plant(folder)
    before = sorted(folder.rglob("*"))
    outcome = case.door(folder)
    wrong = wrong_with(outcome, case.says.replace("{}", str(folder)), case.code)
    left = [path for path in folder.rglob("*") if path not in before and path.suffix in (".pt", ".tif", ".png", ".zip", ".xml")]
    return [*wrong, *(f"left {path.relative_to(folder)}" for path in left)]


def wrong_with(outcome: Outcome, says: str, code: int) -> list[str]:
    """What is wrong with how a program ended; of several problems of a data set each may have a line."""
    lines = [line for line in outcome.lines if not PROGRESS.match(line)]
    wrong = [f"exit code {outcome.code}, not {code}"] if outcome.code != code else []
    if any(line.startswith("Traceback") for line in lines):
        return [*wrong, *lines[:1]]
    if len([line for line in lines if not line.endswith((";", HINT))]) > 1 or not lines:
        wrong.append(f"{len(lines)} lines: {lines[:4]}")
    if says not in "\n".join(lines):
        wrong.append(f"says {lines[:1]}, not {says!r}")
    return wrong
