"""What a file shows of an image."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class View:
    """A level of an image.

    Attributes:
        array: its values, which are read when they are asked for.
        axes: letters of `tczyx`, or `?` of an axis whose name tells nothing.
        scale: size of a pixel by axis.
        units: units of the sizes by axis.
        shift: place of the first pixel by axis, in the same units.
        alpha: whether the last channel is alpha.
    """

    array: Any
    axes: str
    scale: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    shift: dict[str, float] = field(default_factory=dict)
    alpha: bool = False
