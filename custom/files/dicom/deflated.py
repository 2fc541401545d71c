"""DICOM files whose dataset is deflated as a whole: pydicom unpacks it at once, however large it is."""

from pathlib import Path

from pydicom.uid import DeflatedExplicitVRLittleEndian

from custom.files.limit import SETTING, most_bytes
from custom.files.packed import RAW, unpacked_bytes

# Before the dataset lie 128 bytes and "DICM", then group 2, whose first element (12 bytes) tells how long the rest of it is.
FIRST_ELEMENT, DATASET = slice(132, 144), 144
START = b"\x02\x00\x00\x00UL\x04\x00"
BLOCK = 1 << 20


def check_deflated(path: Path) -> None:
    """Makes sure that a deflated dataset fits into memory; of other files nothing is told.

    Raises:
        ValueError: if it does not.
    """
    with path.open("rb") as file:
        first = file.read(DATASET)[FIRST_ELEMENT]
        rest = int.from_bytes(first[8:], "little") if first.startswith(START) else 0
        if DeflatedExplicitVRLittleEndian.encode() not in file.read(min(rest, BLOCK)):
            return
        file.seek(DATASET + rest)
        most = most_bytes()
        if unpacked_bytes(file, most, RAW) > most:  # a broken one is told when it is read
            raise ValueError(
                f"{path}: unpacks to more than {most / 2**30:.3g} GiB; take a larger machine, or set {SETTING} to more"
            )
