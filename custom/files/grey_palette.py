"""Palettes of greys, whose numbers are looked up."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def looked_up(greys: NDArray[Any], numbers: NDArray[Any]) -> NDArray[Any]:
    """The grey of each number.

    Raises:
        ValueError: if numbers that differ have one grey, so that what they draw is not to be seen, or by their transparency.
    """
    values = greys[numbers.astype(np.intp)]
    if values.min() == values.max() and numbers.min() < numbers.max():
        raise ValueError("its palette shows all of its numbers as one grey, so that nothing is drawn; save it as grey")
    return np.asarray(values)


def is_white_first(greys: NDArray[Any]) -> bool:
    """Whether a palette shows 0 as white, as ImageJ's inverting one does, though another number is darker."""
    return bool(greys[0] == np.iinfo(greys.dtype).max)
