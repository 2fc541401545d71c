"""The packed voxels of a NRRD, checked before ITK reads them.

Measured on SimpleITK 2.5.7: of a gzip stream with a wrong byte ITK makes other values without an error.

::

    NRRD0004
    encoding: gzip
    data file: brain.raw.gz         or none, then the voxels follow an empty line
"""

from pathlib import Path
from typing import BinaryIO

from custom.files.packed import BROKEN, unpacked_bytes

GZIP = ("gz", "gzip")
LONGEST_LINE = 65536


def check_nrrd(path: Path, size: int) -> None:
    """Makes sure that the gzip stream of a NRRD's voxels is whole; one of several files is left to ITK.

    Args:
        path: file that makes the claim.
        size: bytes of the voxels, unpacked.

    Raises:
        ValueError: if it is not, or gives more.
    """
    with path.open("rb") as file:
        fields = _fields(file)
        if fields.get("encoding", "").lower() not in GZIP:
            return
        skipped = [fields.get(name, "0") for name in ("line skip", "byte skip")]
        name = fields.get("data file") or fields.get("datafile") or ""
        if skipped != ["0", "0"] or name.startswith("LIST") or "%" in name:
            return
        if not name:
            _check(file, size)
            return
    if (path.parent / name).is_file():
        with (path.parent / name).open("rb") as file:
            _check(file, size)


def _check(file: BinaryIO, size: int) -> None:
    if unpacked_bytes(file, size) < 0:
        raise ValueError(BROKEN)


def _fields(file: BinaryIO) -> dict[str, str]:
    """The fields by their names, up to the empty line."""
    fields: dict[str, str] = {}
    while (line := file.readline(LONGEST_LINE)).strip():
        name, _, value = line.decode("latin-1").partition(": ")
        fields[name.strip().lower()] = value.strip()
    return fields
