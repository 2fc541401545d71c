"""A full disk in one line, whatever the writer makes of it."""

import errno
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LITTLE_BYTES = 2**20


class DiskFullError(OSError):
    """There is no space left where something was to be written."""


def told_full(number: int | None, place: str) -> str:
    """The line for an error's number among `FULL`, or for a writer that tells none.

    Args:
        number: the number, or None.
        place: the folder or file that was written, as ` of /data`; empty if it is not known.
    """
    if number == errno.EFBIG:
        return f"a file is larger than the disk{place} or `ulimit -f` allows; take another disk, or raise the limit"
    return f"no space left on the disk{place}; free some"


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error tells that there is no space left."""
    return isinstance(error, OSError) and (error.errno in FULL or isinstance(error, DiskFullError))


def leave_full_disks_to_the_main_thread() -> None:
    """From now on a thread that a full disk ends shows no traceback: TensorBoard's raises the error in the main thread, too."""
    threading.excepthook = _shown_unless_disk_full


def _shown_unless_disk_full(arguments: threading.ExceptHookArgs) -> None:
    if not is_disk_full(arguments.exc_value):
        threading.__excepthook__(arguments)


@contextmanager
def disk_full_in_one_line(folder: Path) -> Iterator[None]:
    """Whatever a full disk makes a writer raise becomes a `DiskFullError` of one line."""
    try:
        yield
    except Exception as error:
        # ITK and a copied folder have errors of their own, which do not tell.
        number = getattr(error, "errno", None)
        if number in FULL or (isinstance(error, RuntimeError | shutil.Error) and shutil.disk_usage(folder).free < LITTLE_BYTES):
            raise DiskFullError(told_full(number, f" of {folder}")) from error
        raise
