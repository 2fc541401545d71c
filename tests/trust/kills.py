"""Programs that are killed: one process imports once and forks a child for each, so that hundreds take minutes.

A child is killed at its n-th act on a file, wherever that falls, or after a time; then the same command goes on. In the end
everything must be as if nothing had happened.
"""

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from trust.scenario import Scenario

Program = Callable[[], object]
FILE_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree", "shutil.copyfile")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
LONGEST_S = 300


class Blow(NamedTuple):
    """When a child is sent which signal: at its n-th act on a file below a folder, or after so many seconds."""

    number: int
    act: int = 0
    after_s: float = 0.0


def lives(program: Program, folder: Path, blow: Blow | None = None) -> int:
    """Runs a program in a child, and gives its exit code, or the negative number of the signal that ended it.

    Args:
        program: what the child runs; an error that is none of one line is written to `folder / "traceback.txt"`.
        folder: whose files count as acts.
        blow: None lets it live.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _be(program, folder, blow)
    if blow and blow.after_s:
        time.sleep(blow.after_s)
        os.kill(child, blow.number)
    return os.waitstatus_to_exitcode(_waited(child))


def _waited(child: int) -> int:
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _be(program: Program, folder: Path, blow: Blow | None) -> None:
    """The whole life of a child, which never returns."""
    code = 1
    try:
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        if blow and blow.act:
            _strike_at(blow, str(folder))
        program()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except BaseException:
        (folder / "traceback.txt").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def _strike_at(blow: Blow, folder: str) -> None:
    """Lets the blow fall at the n-th act on a file in a folder."""
    acts = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal acts
        if event in FILE_EVENTS and arguments and str(arguments[0]).startswith(folder):
            acts += 1
            if acts == blow.act:
                os.kill(os.getpid(), blow.number)

    sys.addaudithook(watch)


def survived(scenario: Scenario, folder: Path, blows: Sequence[Blow], expected: Any) -> tuple[int, list[str]]:
    """Lets blows fall on a program, then lets it go on to its end.

    Returns:
        How many blows fell before the program had ended, and what was wrong: half-written files, tracebacks, another result.
    """
    scenario.prepare(folder)
    fell, wrong = 0, []
    for blow in blows:
        code = lives(lambda: scenario.run(folder), folder, blow)
        fell += code in (-blow.number, 128 + blow.number)
        wrong += scenario.wrong(folder)
        if code not in (0, 1, -blow.number, 128 + blow.number):
            wrong.append(f"{blow} ended with code {code}")
        if code == 0:
            break
    code = lives(lambda: scenario.run(folder), folder)
    if (folder / "traceback.txt").is_file():
        wrong.append((folder / "traceback.txt").read_text().strip().splitlines()[-1])
    if scenario.result(folder) != expected:
        wrong.append(f"another result after {blows}, and then code {code}")
    return fell, wrong + [f"left {path.name}" for path in folder.rglob(".part-*")]


def blows(seed: int, most_acts: int, longest_s: float) -> list[Blow]:
    """Three random blows: two at an act, of which one may be handled, and one after a time."""
    place = random.Random(seed)
    return [
        Blow(place.choice(SIGNALS), act=place.randint(1, most_acts)),
        Blow(signal.SIGKILL, act=place.randint(1, most_acts)),
        Blow(signal.SIGKILL, after_s=place.uniform(0.01, longest_s)),
    ]
