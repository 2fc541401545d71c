"""The lines of text that head a MetaImage, checked before ITK reads them: it writes on the standard error what it misses.

::

    NDims = 3
    DimSize = 256 256 24
    ElementType = MET_SHORT
    ElementDataFile = LOCAL         the voxels follow; or the name of their file
"""

from math import prod
from pathlib import Path

REQUIRED = ("ndims", "dimsize", "elementtype", "elementdatafile")
BYTES = {"char": 1, "uchar": 1, "short": 2, "ushort": 2, "int": 4, "uint": 4, "long": 4, "ulong": 4}
BYTES |= {"long_long": 8, "ulong_long": 8, "float": 4, "double": 8}
LONGEST_LINE = 4096


def check_meta_image(path: Path) -> None:
    """Makes sure that a MetaImage has its fields and, as far as they tell, its voxels.

    Raises:
        ValueError: if a field is missing, or the file of the voxels is missing or ends early.
    """
    fields, voxels_from = _fields(path)
    if any(not fields.get(name) for name in REQUIRED):
        raise ValueError("unreadable: no MetaImage, or truncated in its header")
    name = fields["elementdatafile"]
    if name.split()[0].upper() == "LIST" or "%" in name:  # a file a slice
        return
    data = path if name.upper() == "LOCAL" else path.parent / name
    if not data.is_file():
        raise ValueError(f"its voxels lie in {name}, which is not beside it; fetch it")
    stored = data.stat().st_size - (voxels_from if data == path else 0)
    if stored < _bytes(fields):
        raise ValueError("truncated file: it ends before its voxels do")


def _fields(path: Path) -> tuple[dict[str, str], int]:
    """The fields by their names in small letters, and where they end."""
    fields: dict[str, str] = {}
    with path.open("rb") as file:
        while "elementdatafile" not in fields and (line := file.readline(LONGEST_LINE)):
            name, _, value = line.decode("latin-1").partition("=")
            fields[name.strip().lower()] = value.strip()
        return fields, file.tell()


def _bytes(fields: dict[str, str]) -> int:
    """How many bytes the voxels take at least."""
    kind = BYTES.get(fields["elementtype"].lower().removesuffix("_array").removeprefix("met_"), 0)
    if fields.get("compresseddata", "").lower() == "true":
        return int(fields.get("compresseddatasize") or 0)
    if fields.get("binarydata", "true").lower() == "false":
        return 0
    return prod(map(int, fields["dimsize"].split())) * int(fields.get("elementnumberofchannels") or 1) * kind
