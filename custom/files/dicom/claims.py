"""What a series says that it needs, compared with `custom.files.limit` before a pixel is decoded."""

from collections.abc import Sequence

from custom.files.dicom.files import errors_name
from custom.files.dicom.frames import Slice
from custom.files.errors import named
from custom.files.limit import check_claim


def check_slices(slices: Sequence[Slice]) -> None:
    """Makes sure that the volume of some slices fits into memory.

    Raises:
        ValueError: naming the file of the first.
    """
    header, name = slices[0].header, slices[0].name
    with errors_name(name, "its header cannot be read", "copy it again from its source"):
        size = (int(header.Rows), int(header.Columns), len(slices))
        stored = max(1, int(header.get("BitsAllocated") or 32) // 8)
    with named(name):
        check_claim(size[0] * size[1] * size[2], stored, size)
