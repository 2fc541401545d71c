"""Metrics on probability maps: the best over thresholds, as the ISBI 2012 challenge reports it, and metrics made from metrics.

The challenge's final score of a stack (D, H, W) of cell probabilities, with one threshold for all slices::

    metric = mean_over_slices(of_components(after_thinning(rand_f_score)))
    best_over_thresholds(metric, probabilities=probabilities, truth=truth)
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from custom.metrics.borders import thin_borders

TENTHS = tuple(tenth / 10 for tenth in range(10))


class Metric(Protocol):
    """A metric of this package."""

    def __call__(self, *, pred: NDArray[Any], truth: NDArray[Any]) -> float:
        """The value for two arrays of one shape."""


class Best(NamedTuple):
    """The best value of a metric, and the threshold that gave it."""

    value: float
    threshold: float


def best_over_thresholds(
    metric: Metric,
    *,
    probabilities: NDArray[Any],
    truth: NDArray[Any],
    thresholds: Sequence[float] = TENTHS,
    best: Callable[[Iterable[float]], float] = max,
) -> Best:
    """The best value of `metric` with `pred` = (`probabilities` > threshold), and the first threshold that gives it.

    Args:
        metric: takes a boolean mask as `pred`, and `truth` as it is here.
        probabilities: the foreground's (for membranes: the cells'), in [0, 1].
        truth: array of the same shape.
        thresholds: at least one; the challenge takes 0, 0.1 … 0.9.
        best: `max` for scores, `min` for errors.

    Raises:
        ValueError: if there is no threshold, or the metric refuses the arrays.
    """
    if not thresholds:
        raise ValueError("thresholds must hold at least one value, got none")
    values = [metric(pred=probabilities > threshold, truth=truth) for threshold in thresholds]
    value = best(values)
    return Best(value, thresholds[values.index(value)])


def of_components(metric: Metric) -> Metric:
    """The metric on the connected components (4-connected in 2D, 6-connected in 3D) of two masks."""

    def on_masks(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
        """The metric on components."""
        return metric(pred=ndimage.label(pred)[0], truth=ndimage.label(truth)[0])

    return on_masks


def after_thinning(metric: Metric) -> Metric:
    """The metric on the predicted objects with `thin_borders` between them."""

    def on_thinned(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
        """The metric on thinned objects."""
        return metric(pred=thin_borders(pred), truth=truth)

    return on_thinned


def mean_over_slices(metric: Metric) -> Metric:
    """The mean of the metric over the first axis of two stacks (D, H, W); it raises `ValueError` for other arrays."""

    def on_stacks(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
        """The mean over the slices."""
        if pred.shape != truth.shape or pred.ndim != 3 or pred.size == 0:
            raise ValueError(f"pred and truth must be stacks (D, H, W) of one shape, got {pred.shape} and {truth.shape}")
        return float(np.mean([metric(pred=one, truth=other) for one, other in zip(pred, truth, strict=True)]))

    return on_stacks
