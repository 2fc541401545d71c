"""The place and the packed voxels of a NRRD, checked before ITK reads them.

Measured on SimpleITK 2.5.7: of a gzip stream with a wrong byte ITK makes other values without an error. It mirrors spaces with
time, and takes 1 for a spacing that only the two ends of an axis tell (`findings/`).

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
MIRRORED = ("right-anterior-superior-time", "rast", "left-anterior-superior-time", "last")


def check_nrrd_place(path: Path) -> None:
    """Makes sure that ITK places a NRRD where it says that it lies.

    Raises:
        ValueError: if it does not.
    """
    with path.open("rb") as file:
        fields = _fields(file)
    if (space := fields.get("space", "")).lower() in MIRRORED:
        raise ValueError(f"lies in the space {space}, which ITK mirrors; save it without time in its space, as with 3D Slicer")
    if "axis maxs" in fields and not {"spacings", "space directions"} & fields.keys():
        raise ValueError("tells its spacing only by axis mins and axis maxs, which ITK leaves out; save it with spacings")


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
    if not 0 <= unpacked_bytes(file, size) <= size:
        raise ValueError(BROKEN)


def _fields(file: BinaryIO) -> dict[str, str]:
    """The fields by their names, up to the empty line."""
    fields: dict[str, str] = {}
    while (line := file.readline(LONGEST_LINE)).strip():
        name, _, value = line.decode("latin-1").partition(": ")
        fields[name.strip().lower()] = value.strip()
    return fields
