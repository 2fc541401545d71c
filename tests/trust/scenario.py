"""A program that is killed, or whose disk is full: how it goes on, and what must come of it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Scenario(NamedTuple):
    """A program that is killed.

    Attributes:
        prepare: puts into a folder what the program reads.
        run: runs it there, or goes on with what an earlier life left.
        result: what came of it, to be compared.
        wrong: what is half-written in the folder after a kill.
    """

    prepare: Callable[[Path], None]
    run: Callable[[Path], None]
    result: Callable[[Path], Any]
    wrong: Callable[[Path], list[str]]


def digest(content: bytes) -> str:
    """SHA-256 of what a file holds."""
    return hashlib.sha256(content).hexdigest()
