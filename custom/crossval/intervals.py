"""How far a mean or median of patients may be from that of all such patients: bootstrap intervals."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES, LEVEL = 10_000, 0.95


class Interval(NamedTuple):
    """A number of a sample, and the interval around it; all NaN for an empty sample."""

    value: float
    low: float
    high: float


def bootstrap(
    values: Sequence[float], statistic: Callable[..., NDArray[Any]] = np.mean, *, seed: int = 0, level: float = LEVEL
) -> Interval:
    """The percentile interval of a statistic under resampling of patients.

    Args:
        values: one a patient; those that are NaN are left out.
        statistic: a function such as `numpy.mean` or `numpy.median`, with an `axis`.
        seed: start of the random numbers of the 10 000 resamples.
        level: share of the resamples within the interval, in (0, 1).

    Raises:
        ValueError: if `level` is out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}")
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    if not known.size:
        return Interval(*[float("nan")] * 3)
    chosen = np.random.default_rng(seed).integers(0, known.size, (RESAMPLES, known.size))
    low, high = np.quantile(statistic(known[chosen], axis=1), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(statistic(known, axis=0)), float(low), float(high))
