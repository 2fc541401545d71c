"""A file under a name that nothing has: whole or not there at all, and never in the place of another."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custom.storage.atomic import clean, synced, temporary_beside
from custom.storage.disk_full import disk_full_in_one_line

WITHOUT_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)  # file systems without second names say so


@contextmanager
def new_path(path: str | Path, setting: str) -> Iterator[Path]:
    """A temporary file to write beside `path`, with the same suffix, which takes its name when the block ends without an error.

    What programs that no longer live left beside it goes first.

    Args:
        path: where nothing is yet.
        setting: what names the path, for errors.

    Raises:
        ValueError: if something else has the name by then.
        DiskFullError: if the disk is full.
    """
    path = Path(path)
    if path.parent.is_dir():
        clean(path.parent)
    temporary = temporary_beside(path)
    try:
        with disk_full_in_one_line(path.parent):
            yield temporary
            synced(temporary)
            take_name(temporary, path)
    except FileExistsError as error:
        if error.filename2 != os.fspath(path):
            raise
        raise ValueError(f"{setting}: {os.fspath(path)!r} exists, and nothing is overwritten; choose another") from None
    finally:
        temporary.unlink(missing_ok=True)


def take_name(temporary: Path, path: Path) -> None:
    """Gives a file another name, of two programs that want it to one alone.

    Raises:
        FileExistsError: if something has the name.
    """
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(temporary), None, str(path)) from None
        os.rename(temporary, path)
        return
    temporary.unlink()
