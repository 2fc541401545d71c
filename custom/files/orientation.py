"""Pictures as viewers show them, by the tag `Orientation` of TIFF and EXIF."""

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from custom.files.kinds import Header

TAG = 274


def known_orientation(value: Any) -> int:
    """What the tag says, 1 to 8; 1, upright, if it says anything else or is missing."""
    return int(value) if value in range(1, 9) else 1


def upright(values: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Values (H, W, …) as a viewer shows them, by `known_orientation`."""
    if is_on_its_side(orientation):
        values = values.swapaxes(0, 1)
    rows, columns = orientation in (3, 4, 7, 8), orientation in (2, 3, 6, 7)
    return values[:: -1 if rows else 1, :: -1 if columns else 1]


def turned(header: Header, orientation: int) -> Header:
    """The header of an image that `upright` turns."""
    size = header.size[::-1] if is_on_its_side(orientation) else header.size
    return replace(header, size=size, orientation=orientation)


def is_on_its_side(orientation: int) -> bool:
    """Whether rows and columns change places."""
    return orientation >= 5
