"""Mean and standard deviation as whole numbers say them: the same for an image in one piece, in any pieces, in any order.

Every float32 is a whole number times 2 ** -149. Sums of such numbers are exact, so that neither the order of the values nor the
number of threads or machines that add them up changes a bit of the result.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom.data.finite import MEND, kind_of_unusable

UNIT_BITS = 149  # the smallest float32 above 0 is 2 ** -149
PIECE = 2**20  # values whose sums float64 holds exactly
LARGEST_WHOLE = 2**16


class Sums(NamedTuple):
    """What mean and standard deviation of values are made of.

    Attributes:
        number: how many values there are.
        total: their sum, in units of 2 ** -149.
        squares: the sum of their squares, in units of 2 ** -298.
    """

    number: int = 0
    total: int = 0
    squares: int = 0


def sums_of(values: NDArray[np.float32]) -> Sums:
    """The sums of values of any shape.

    Raises:
        ValueError: if a value is NaN or infinite.
    """
    flat = values.ravel()
    return joined(_piece(flat[start : start + PIECE]) for start in range(0, flat.size, PIECE))


def joined(parts: Iterable[Sums]) -> Sums:
    """The sums of several parts together."""
    return Sums(*map(sum, zip(Sums(), *parts, strict=True)))


def mean_and_spread(sums: Sums) -> tuple[float, float]:
    """Mean and (population) standard deviation, each rounded once or twice; that of equal values is exactly 0."""
    number, total, squares = sums
    variance = (squares * number - total**2) / (number**2 << 2 * UNIT_BITS)
    return total / (number << UNIT_BITS), math.sqrt(variance)


def _piece(values: NDArray[np.float32]) -> Sums:
    doubles = values.astype(np.float64)
    # Of NaN, both comparisons are false.
    if -LARGEST_WHOLE < values.min() and values.max() < LARGEST_WHOLE and np.array_equal(values, np.rint(values)):
        return Sums(values.size, int(doubles.sum()) << UNIT_BITS, int(doubles @ doubles) << 2 * UNIT_BITS)
    if not np.isfinite(values).all():
        raise ValueError(f"holds {kind_of_unusable(False)}; {MEND}")
    exponents = np.maximum(np.frexp(values)[1], 1 - 126)
    whole, places = np.ldexp(doubles, 24 - exponents), exponents + 125
    high = np.floor_divide(whole**2, 2**24)
    total = _weighed(whole, places)
    squares = (_weighed(high, 2 * places) << 24) + _weighed(whole**2 - high * 2**24, 2 * places)
    return Sums(values.size, total, squares)


def _weighed(whole: NDArray[np.float64], places: NDArray[np.int32]) -> int:
    """The sum of whole numbers below 2 ** 25, each times two to the power of its place."""
    return sum(int(amount) << place for place, amount in enumerate(np.bincount(places, whole).tolist()) if amount)
