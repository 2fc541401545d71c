"""Files of bytes that are whole or not there at all, for the many small files of a prediction."""

import os
from pathlib import Path

from custom.atomic import temporary_beside
from custom.disk_full import disk_full_in_one_line


class NewFile:
    """What `custom.atomic.atomic_path` does, in one opening of the file: it takes its name when its bytes are safe on the disk.

    Of several files begin all before you finish the first: they wait for the disk together, which takes half of the CPU time.
    Each is finished or discarded.

    Args:
        path: what it is called in the end.
        content: its bytes.

    Raises:
        DiskFullError: if the disk is full; so does `finish`.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.temporary = os.fspath(temporary_beside(path))
        with disk_full_in_one_line(path.parent):
            self._file = open(os.open(self.temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb", buffering=0)
            try:
                left = memoryview(content)
                while left:
                    left = left[self._file.write(left) :]
                if hasattr(os, "posix_fadvise"):  # Linux begins to store what it is told will not be read
                    os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            except BaseException:
                self.discard()
                raise

    def finish(self) -> None:
        """Waits until the bytes are safe on the disk; then the file takes its name."""
        with disk_full_in_one_line(self.path.parent):
            try:
                os.fsync(self._file.fileno())
                self._file.close()
                os.replace(self.temporary, self.path)
            except BaseException:
                self.discard()
                raise

    def discard(self) -> None:
        """Leaves nothing of a file that has not taken its name; of one that has, all."""
        self._file.close()
        Path(self.temporary).unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Begins and finishes a `NewFile`.

    Raises:
        DiskFullError: if the disk is full.
    """
    NewFile(path, content).finish()
