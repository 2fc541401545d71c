"""The folder that a prediction writes into: new, or that of a prediction which goes on; folders named by date and time."""

import atexit
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from custom.storage.atomic import is_temporary
from custom.storage.record_parts import RECORD


def new_output_dir(output_dir: str = "", parent: str = ".", resume: bool = False) -> str:
    """The path of a folder that does not exist yet or is empty, or whose prediction goes on; nothing is written into it.

    Args:
        output_dir: the folder; empty for one that is named by date and time. That one is made, so that no other program takes
            it, and goes when the program ends if it is still empty.
        parent: where that one will lie.
        resume: whether a prediction may have been begun in the folder.

    Raises:
        ValueError: if the folder cannot be made, or holds something, since predictions are never overwritten; with `resume` if
            it holds no record of a prediction, or none is named.
    """
    if not isinstance(resume, bool):
        raise ValueError(f"resume must be True or False, got {resume!r}; the folder is named by output_dir")
    if output_dir == "":
        if resume:
            raise ValueError("resume: name the folder of the prediction that goes on with --output_dir")
        _check_writable(Path(parent))
        return str(next(path for path in dated_folders(parent) if _is_made(path)))
    path = Path(str(output_dir)).expanduser()
    if os.path.lexists(path) and not path.is_dir():
        raise ValueError(f"output_dir: {str(path)!r} is a file, or a link to nothing; name a folder")
    _check_writable(path)
    refuse_other_files(path, resume)
    return str(path)


def _check_writable(path: Path) -> None:
    place = next(folder for folder in (path, *path.absolute().parents) if os.path.lexists(folder))
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise ValueError(f"output_dir: nothing can be written in {str(place)!r}; name another folder")


def _is_made(folder: Path) -> bool:
    """Whether this program has made a folder, and not another one before."""
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    atexit.register(remove_empty, new)
    return True


def remove_empty(folders: Sequence[Path]) -> None:
    """Removes folders, of which each lies in the next, up to the first that holds something."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def dated_folders(parent: str | Path) -> Iterator[Path]:
    """Paths that are named by date and time, such as `2026-12-01_101500`, then `2026-12-01_101500_2` and so on; without end.

    Args:
        parent: where they lie.
    """
    return (Path(parent) / name for name in numbered(f"{datetime.now():%Y-%m-%d_%H%M%S}"))


def numbered(name: str) -> Iterator[str]:
    """A name, then `name_2`, `name_3` and so on, without end."""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def refuse_other_files(path: Path, resume: bool = False) -> None:
    """Makes sure that a folder holds nothing, is not there, or with `resume` holds a prediction that can go on.

    Raises:
        ValueError: if it holds something else.
    """
    names = [entry.name for entry in path.iterdir()] if path.is_dir() else []
    if resume and RECORD not in names and not all(map(is_temporary, names)):
        raise ValueError(
            f"output_dir: {str(path)!r} holds no {RECORD}, and so no prediction that could go on; name another folder"
        )
    if names and not resume:
        mend = ", or go on with --resume True" if RECORD in names else ""
        raise ValueError(
            f"output_dir: {str(path)!r} is not empty, and predictions are never overwritten; name another folder{mend}"
        )
