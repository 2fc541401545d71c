"""Files and folders that are whole or not there at all, even if the program is killed while it writes."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path`, with the same suffix, which takes its name when the block ends without an error."""
    path = Path(path)
    temporary = path.with_name(f".{os.getpid()}_{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """A temporary folder beside `path`, which takes its name when the block ends without an error.

    Raises:
        ValueError: if `path` exists, be it before the block or after it.
    """
    path = Path(path)
    _refuse_existing(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}_{path.name}")
    temporary.mkdir()
    try:
        yield temporary
        _refuse_existing(path)
        os.rename(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise ValueError(f"out: {str(path)!r} exists, and nothing is overwritten; choose another")
