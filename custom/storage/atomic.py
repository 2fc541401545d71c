"""Files and folders that are whole or not there at all, even if the program is killed while it writes.

What is being written has a name such as `.part-4711-9f3c-k2v8x1qa_mask.tif`: process, machine, and what nobody can guess. The
next program that comes to a folder can so tell what a killed one has left there.
"""

import os
import platform
import re
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from custom.storage.disk_full import disk_full_in_one_line

LONGEST_NAME = 50  # letters, of four bytes each at worst, of the 255 bytes that a name may have
TEMPORARY = re.compile(r"\.part-(?P<pid>\d+)-(?P<machine>[0-9a-f]+)-.*", re.DOTALL)


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """An empty temporary file beside `path`, with the same suffix; it takes its name, its bytes safe on the disk, in the end.

    Raises:
        DiskFullError: if the disk is full.
    """
    path = Path(path)
    temporary = temporary_beside(path)
    with disk_full_in_one_line(path.parent):
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield temporary
            synced(temporary)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """A temporary folder beside `path`, which takes its name when the block ends without an error.

    What programs that no longer live left beside it goes first.

    Raises:
        ValueError: if `path` exists, be it before the block or after it.
        DiskFullError: if the disk is full.
    """
    path = Path(path)
    _refuse_existing(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    clean(path.parent)
    temporary = temporary_beside(path)
    try:
        with disk_full_in_one_line(path.parent):
            temporary.mkdir()
            yield temporary
            _refuse_existing(path)
            os.rename(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def private_folder(parent: Path) -> Iterator[Path]:
    """A temporary folder in a folder that exists, which this user alone can open; it goes with the block.

    What programs that no longer live left in the parent goes first.
    """
    clean(parent)
    temporary = temporary_beside(parent / "folder")
    temporary.mkdir(mode=0o700)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def synced(path: Path) -> None:
    """Waits until the bytes of a file, or the names of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Removes what programs of this machine that no longer live were writing, from a folder and those below it."""
    for root, folders, files in os.walk(folder):
        for name in filter(_is_leftover, (*folders, *files)):
            _remove(Path(root, name))
        folders[:] = [name for name in folders if not TEMPORARY.fullmatch(name)]


def is_temporary(name: str) -> bool:
    """Whether a file's name is that of something being written, or left by a killed program."""
    return bool(TEMPORARY.fullmatch(name))


def clean(folder: Path) -> None:
    """Removes what programs of this machine that no longer live were writing, from a folder alone."""
    for entry in list(folder.iterdir()):
        if _is_leftover(entry.name):
            _remove(entry)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def temporary_beside(path: Path) -> Path:
    """What is being written is called so until it takes the name of `path`."""
    return path.with_name(f".part-{os.getpid()}-{_machine()}-{secrets.token_hex(6)}_{path.name[-LONGEST_NAME:]}")


@cache
def _machine() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _is_leftover(name: str) -> bool:
    match = TEMPORARY.fullmatch(name)
    return match is not None and match["machine"] == _machine() and not _lives(int(match["pid"]))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise ValueError(f"out: {str(path)!r} exists, and nothing is overwritten; choose another")
