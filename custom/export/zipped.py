"""A folder as a zip whose bytes depend on the files alone, not on when and in which order they were written."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644 << 16


def write_zip(folder: Path, path: Path) -> None:
    """Writes all files of a folder to a new zip, below the folder's own name."""
    with ZipFile(path, "x") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = ZipInfo(file.relative_to(folder.parent).as_posix(), EARLIEST)
                entry.compress_type, entry.external_attr = ZIP_DEFLATED, READABLE_FILE
                archive.writestr(entry, file.read_bytes())
