"""Numbers of objects that mark several parts each, as classes do, and the greys at the rim of a smoothed mask."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from custom.data.closed_lines import fullest_plane

MOST = 0.5  # share of the numbers; a cell may lie in parts, as where another one hides its middle
MOST_NUMBERS = 60
EIGHT = np.ones((3, 3))


def is_scattered(label: NDArray[Any]) -> bool:
    """Whether most numbers of a label, (H, W) or (X, Y, Z), mark several parts in the plane with the most labelled pixels."""
    plane = fullest_plane(label)
    numbers = np.unique(plane[plane > 0])
    if numbers.size < 2:
        return False
    looked_at = numbers[np.linspace(0, numbers.size - 1, min(numbers.size, MOST_NUMBERS)).astype(int)]
    places = np.searchsorted(numbers, plane, side="right") * (plane > 0)
    boxes = ndimage.find_objects(places)
    parts = [ndimage.label(plane[boxes[place]] == numbers[place], EIGHT)[1] for place in np.searchsorted(numbers, looked_at)]
    return bool(np.mean(np.array(parts) > 1) > MOST)
