"""A full disk in one line, whatever the writer makes of it."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
LITTLE_BYTES = 2**20


class DiskFullError(OSError):
    """There is no space left where something was to be written."""


@contextmanager
def disk_full_in_one_line(folder: Path) -> Iterator[None]:
    """Whatever a full disk makes a writer raise becomes a `DiskFullError` of one line."""
    try:
        yield
    except Exception as error:
        # ITK and a copied folder have errors of their own, which do not tell.
        told = getattr(error, "errno", None) in FULL
        if told or (isinstance(error, RuntimeError | shutil.Error) and shutil.disk_usage(folder).free < LITTLE_BYTES):
            raise DiskFullError(f"no space left on the disk of {folder}; free some") from error
        raise
