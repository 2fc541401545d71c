"""One program at a time in a folder of results: the folder itself is locked while the program lives, however it ends."""

import fcntl
import os
import shutil
from pathlib import Path

_held: dict[tuple[int, int], int] = {}


def hold_folder(folder: str | Path, setting: str) -> None:
    """Locks a folder for this process, which may ask again; file systems without locks are left as they are.

    Args:
        folder: that exists.
        setting: what names the folder, for errors.

    Raises:
        ValueError: if another process that lives holds it.
    """
    status = os.stat(folder)
    place = status.st_dev, status.st_ino
    if place in _held:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ValueError(
            f"{setting}: another program that is still running writes into {str(folder)!r}; wait for its end, or stop it"
        ) from None
    except OSError:  # no locks here, as on some network drives
        os.close(descriptor)
        return
    _held[place] = descriptor


def _let_go() -> None:
    """Closes what a process that was forked has of its parent's locks: a worker may outlive a parent that is killed."""
    while _held:
        os.close(_held.popitem()[1])


os.register_at_fork(after_in_child=_let_go)


def release_folder(folder: str | Path) -> None:
    """Gives a folder back that this process holds, if it does."""
    if Path(folder).is_dir():
        status = os.stat(folder)
        descriptor = _held.pop((status.st_dev, status.st_ino), None)
        if descriptor is not None:
            os.close(descriptor)


def remove_folder(folder: str | Path, setting: str) -> None:
    """Removes a folder that an ended program left, with all that it holds; nothing if it is not there.

    Args:
        folder: where results lie.
        setting: what names the folder, for errors.

    Raises:
        ValueError: if another process that lives holds it.
    """
    if not Path(folder).is_dir():
        return
    hold_folder(folder, setting)
    status = os.stat(folder)
    try:
        shutil.rmtree(folder)
    finally:
        if (descriptor := _held.pop((status.st_dev, status.st_ino), None)) is not None:
            os.close(descriptor)
