"""Which files are DICOM, by what they hold; needs no library."""

from itertools import islice
from pathlib import Path

from custom.files.names import files_below, is_picture

DICOM_SUFFIXES = (".dcm", ".dicom", ".ima")
# The first two bytes of a file without preamble: group 2 or 8, little-endian, or group 8, big-endian.
FIRST_GROUPS = (b"\x02\x00", b"\x08\x00", b"\x00\x08")
HEAD_BYTES = 132
LOOKED_AT = 200


def has_magic(head: bytes) -> bool:
    """Whether the first 132 bytes of a file end with the mark of DICOM."""
    return head[128:HEAD_BYTES] == b"DICM"


def is_dicom(path: Path) -> bool:
    """Whether a file is DICOM: by its mark, by its name, or, if it has the name of no other format, by its first element."""
    if path.suffix.lower() in DICOM_SUFFIXES:
        return True
    if not path.is_file():  # to open a named pipe waits without end
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return False
    return has_magic(head) or (not is_picture(path) and not path.suffix and head[:2] in FIRST_GROUPS)


def holds_dicom(place: str | Path) -> bool:
    """Whether a file is DICOM, or most of the first files of a folder that are images of any kind."""
    path = Path(place).expanduser()
    if path.is_file():
        return is_dicom(path)
    if not path.is_dir():
        return False
    files = list(islice(files_below(path), LOOKED_AT))
    dicom = sum(map(is_dicom, files))
    return dicom > sum(is_picture(file) and not is_dicom(file) for file in files)
