"""The lines of text that head a MetaImage, and its packed voxels, checked before ITK reads them.

Measured on SimpleITK 2.5.7: ITK writes on the standard error that a field is missing; of packed voxels that are broken, or
whose size no field gives, it makes other values without an error.

::

    NDims = 3
    DimSize = 256 256 24
    ElementType = MET_SHORT
    ElementDataFile = LOCAL         the voxels follow; or the name of their file
"""

import re
from math import prod
from pathlib import Path
from typing import BinaryIO

from custom.files.errors import CUT_OFF_VOXELS
from custom.files.packed import BROKEN, unpacked_bytes

REQUIRED = ("ndims", "dimsize", "elementtype", "elementdatafile")
OF_EACH_AXIS = ("elementspacing", "elementsize", "offset", "position", "origin")
BYTES = {"char": 1, "uchar": 1, "short": 2, "ushort": 2, "int": 4, "uint": 4, "long": 4, "ulong": 4}
BYTES |= {"long_long": 8, "ulong_long": 8, "float": 4, "double": 8}
# As ITK writes them: it passes by others, such as `elementspacing`.
FIELDS = (
    "NDims DimSize ElementType ElementDataFile ElementSpacing ElementSize Offset Position Origin TransformMatrix Rotation "
    "Orientation HeaderSize BinaryData BinaryDataByteOrderMSB ElementByteOrderMSB CompressedData CompressedDataSize "
    "ElementNumberOfChannels"
).split()
LONGEST_LINE, LONGEST_LIST, MOST_FILES = 4096, 1 << 20, 1 << 16


def check_meta_image(path: Path, *, unpacked: bool = False) -> None:
    """Makes sure that a MetaImage has its fields and, as far as they tell, its voxels.

    Args:
        path: the file.
        unpacked: whether packed voxels are unpacked, to see whether they are whole.

    Raises:
        ValueError: if a field is missing or wrong, or voxels are missing, broken, or fewer than the fields say.
    """
    with path.open("rb") as file:
        fields = _fields(file)
        size = _bytes(fields)
        name = fields["elementdatafile"]
        if name.upper() == "LOCAL":
            if _header_size(fields) > 0:  # ITK would count from the start of the file, and read its text as voxels
                raise ValueError("has a HeaderSize, but its voxels follow in the same file; save it anew")
            _check_voxels(file, fields, size, unpacked)
            return
        names = _file_names(name, int(fields["dimsize"].split()[-1]), file)
    for name in names:
        if not (path.parent / name).is_file():
            raise ValueError(f"its voxels lie in {name}, which is not beside it; fetch it")
        with (path.parent / name).open("rb") as file:
            _check_voxels(file, fields, size // len(names), unpacked)


def _file_names(name: str, slices: int, file: BinaryIO) -> list[str]:
    """The files of the voxels: one, those of the lines that follow `LIST`, or `slice%03d.raw 1 24 1` from first to last.

    Raises:
        ValueError: if they are not one file a slice.
    """
    words = name.split()
    if words[0].upper() == "LIST":
        names = [line.decode("latin-1").strip() for line in file.read(LONGEST_LIST).splitlines() if line.strip()]
    elif "%" not in name:
        return [name]
    else:
        names = _numbered(*words)
    if len(names) != slices and words[1:] != ["3"]:
        raise ValueError(f"names {len(names)} files of voxels for {slices} slices; save it anew")
    return names


def _numbered(pattern: str, first: str = "1", last: str = "1", step: str = "1") -> list[str]:
    try:
        numbers = range(int(first), int(last) + 1, int(step))
        return [pattern % number for number in numbers[:MOST_FILES]]
    except (TypeError, ValueError):
        raise ValueError(f"has the ElementDataFile {pattern}, which names no files; save it anew") from None


def _fields(file: BinaryIO) -> dict[str, str]:
    """The fields by their names in small letters, up to where they end."""
    fields: dict[str, str] = {}
    while "elementdatafile" not in fields and (line := file.readline(LONGEST_LINE)):
        name, *value = re.split("[=:]", line.decode("latin-1"), maxsplit=1)
        fields[name.strip().lower()] = "".join(value).strip()
        _check_name(name.strip())
    if any(not fields.get(name) for name in REQUIRED):
        raise ValueError("unreadable: no MetaImage, or truncated in its header; copy it again")
    return fields


def _check_name(name: str) -> None:
    if name not in FIELDS and (known := next((field for field in FIELDS if field.lower() == name.lower()), "")):
        raise ValueError(f"has the field {name}, which ITK passes by, since it is called {known}; save it anew")


def _bytes(fields: dict[str, str]) -> int:
    """How many bytes the voxels take, unpacked; 0 if they are text."""
    kind = fields["elementtype"].lower().removesuffix("_array").removeprefix("met_")
    sizes = fields["dimsize"].split()
    if kind not in BYTES:
        raise ValueError(f"has the ElementType {fields['elementtype']}, which MetaImage does not have; save it anew")
    if str(len(sizes)) != fields["ndims"] or not all(size.isdigit() for size in sizes):
        raise ValueError(f"has the DimSize {fields['dimsize']} of NDims {fields['ndims']}; save it anew")
    if min(map([*fields].index, REQUIRED)) != [*fields].index("ndims"):
        raise ValueError("has other fields before NDims, which ITK cannot read; save it anew")
    for name in OF_EACH_AXIS:
        if name in fields and len(fields[name].split()) != len(sizes):
            raise ValueError(f"has the {name} {fields[name]} of NDims {fields['ndims']}; save it anew")
    if fields.get("binarydata", "true").lower() == "false":
        return 0
    return prod(map(int, sizes)) * int(fields.get("elementnumberofchannels") or 1) * BYTES[kind]


def _check_voxels(file: BinaryIO, fields: dict[str, str], size: int, unpacked: bool) -> None:
    """Makes sure that so many bytes of voxels follow in a file, or that packed ones do."""
    start = file.tell()
    stored = file.seek(0, 2) - start
    before = _header_size(fields)
    if fields.get("compresseddata", "").lower() != "true":
        if stored - max(before, 0) < size:
            raise ValueError(CUT_OFF_VOXELS)
        if before == 0 and 0 < 2 * size <= stored:  # MET_LONG has 4 bytes, not 8 as in C
            raise ValueError(f"holds {stored} bytes of voxels, where its fields say {size}; save it anew")
        return
    packed = int(fields.get("compresseddatasize") or 0)
    if packed == 0:
        raise ValueError("has packed voxels without a CompressedDataSize, which ITK cannot read; save it anew")
    if stored < packed:
        raise ValueError(CUT_OFF_VOXELS)
    file.seek(start)
    if unpacked and unpacked_bytes(file, size) != size:
        raise ValueError(BROKEN)


def _header_size(fields: dict[str, str]) -> int:
    """Bytes of another header before the voxels; -1 if these are the last bytes of the file."""
    try:
        return int(fields.get("headersize") or 0)
    except ValueError:
        raise ValueError(f"has the HeaderSize {fields['headersize']}, not a number of bytes; save it anew") from None
