"""A file of bytes that is whole or not there at all, for the many small files of a prediction."""

import os
from pathlib import Path

from custom.storage.atomic import temporary_beside
from custom.storage.disk_full import disk_full_in_one_line


def write_whole(path: Path, content: bytes) -> None:
    """What `atomic_path` does, in one opening of the file: it takes its name when its bytes are safe on the disk.

    Raises:
        DiskFullError: if the disk is full.
    """
    temporary = os.fspath(temporary_beside(path))
    with disk_full_in_one_line(path.parent):
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        try:
            with open(descriptor, "wb", buffering=0) as file:
                left = memoryview(content)
                while left:
                    left = left[file.write(left) :]
                os.fsync(descriptor)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
