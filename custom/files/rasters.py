"""Pictures, told by their first bytes rather than by their names: TIFF, and what Pillow reads.

A PNG that is called `a.tif`, or a TIFF that is called `a.png`, is read as what it is.
"""

from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from custom.files import pictures, tiff
from custom.files.kinds import Header, Image

TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def header(path: Path) -> Header:
    """The header of a picture.

    Raises:
        ValueError: if the file is no picture, ends early, or holds several frames, or images that are unlike each other.
    """
    with path.open("rb") as file:
        found: Header = _module(file).header(file)
        return found


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a picture, or of a page of a TIFF.

    Raises:
        ValueError: if `header` refuses the file, there is no such page, or its pixels cannot be decoded.
    """
    with path.open("rb") as file:
        found: Image = _module(file).image(file, page)
        return found


def _module(file: BinaryIO) -> ModuleType:
    start = file.read(4)
    file.seek(0)
    return tiff if start in TIFF_STARTS else pictures
