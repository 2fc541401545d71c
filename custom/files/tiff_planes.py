"""Which axes of an image in a TIFF are channels, and which count pages.

Samples and channels (S, C) are channels; all others but rows and columns count pages: slices (Z) fastest, then times (T), in
whatever order they lie in the file, so that an image and its label, written by two programs, agree.
"""

from typing import NamedTuple

import numpy as np
from tifffile import TiffPageSeries

CHANNEL_AXES = "CS"
FASTEST = "TZ"  # axes of pages, as ImageJ keeps them


class Planes(NamedTuple):
    """Images of one size, with the lengths of the axes that count its pages and of those of its channels.

    `order` has the places of the former among all axes.
    """

    series: TiffPageSeries
    size: tuple[int, int]
    pages: tuple[int, ...]
    channels: tuple[int, ...]
    order: tuple[int, ...]

    def place(self, number: int) -> dict[int, int]:
        """Where a page lies on each axis that counts pages."""
        return dict(zip(self.order, map(int, np.unravel_index(number, self.pages or (1,))), strict=False))

    def stored(self, number: int) -> int:
        """How many pages lie before it in the series."""
        place = sorted(self.place(number).items())
        lengths = [self.series.shape[axis] for axis, _ in place]
        return int(np.ravel_multi_index([at for _, at in place], lengths)) if place else 0


def planes_in(series: TiffPageSeries) -> Planes:
    """The images of a series.

    Raises:
        ValueError: if it has no rows and columns.
    """
    axes, shape = series.axes, series.shape
    if axes.count("Y") != 1 or axes.count("X") != 1:
        raise ValueError(f"has the axes {axes}, not rows (Y) and columns (X); save it with both")
    channels = tuple(length for axis, length in zip(axes, shape, strict=True) if axis in CHANNEL_AXES)
    order = sorted(
        (place for place, axis in enumerate(axes) if axis not in CHANNEL_AXES + "YX"),
        key=lambda place: FASTEST.find(axes[place]),
    )
    pages = tuple(shape[place] for place in order)
    return Planes(series, (shape[axes.index("Y")], shape[axes.index("X")]), pages, channels, tuple(order))
