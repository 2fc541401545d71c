"""Whether probabilities mean what they say: of the pixels called 0.8, eight in ten should be foreground.

All start from counts of bins of equal width, which add up over images::

    probabilities   0.0 … 0.1   0.1 … 0.2   …   0.9 … 1.0
    pixels               9000         120               700    row 0
    their sum             4.1        17.9             688.0    row 1: of the probabilities
    true                    6          31               651    row 2: pixels whose truth is foreground

Source: Guo, Pleiss, Sun and Weinberger (2017), arXiv:1706.04599, equations 2 and 3.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.float64]
NUM_BINS = 10


class Reliability(NamedTuple):
    """The points of a reliability diagram, one for each bin that holds a pixel; each an array of B numbers.

    Attributes:
        confidence: mean probability of the bin's pixels, in [0, 1].
        frequency: share of them whose truth is foreground, in [0, 1].
        share: share of all pixels that are in the bin; their sum is 1.
    """

    confidence: NDArray[np.float64]
    frequency: NDArray[np.float64]
    share: NDArray[np.float64]


def reliability_counts(*, probabilities: ArrayLike, truth: ArrayLike, num_bins: int = NUM_BINS) -> Counts:
    """Counts (3, num_bins) of pixels: how many, the sum of their probabilities, how many are truly foreground.

    A probability on the edge of two bins is in the upper one, and 1 in the last. Arrays without a pixel give zeros.

    Args:
        probabilities: the foreground's, in [0, 1], an array of any shape; with several classes those of one class.
        truth: whether each pixel is foreground (of that class), of the same shape, 0 or 1.
        num_bins: bins of equal width, ≥ 1.

    Raises:
        ValueError: if the shapes differ, a probability is out of range or no number, or `num_bins` is below 1.
    """
    values, true = np.asarray(probabilities), np.asarray(truth)
    if values.shape != true.shape:
        raise ValueError(f"probabilities and truth must have one shape, got {values.shape} and {true.shape}")
    if num_bins < 1:
        raise ValueError(f"num_bins must be at least 1, got {num_bins}")
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(f"probabilities must lie between 0 and 1, got {values.min()}..{values.max()}")
    values = values.ravel().astype(np.float64)
    bins = bins_of(values, num_bins)
    weights = (None, values, true.ravel())
    return np.stack([np.bincount(bins, weights=weight, minlength=num_bins).astype(np.float64) for weight in weights])


def bins_of(probabilities: NDArray[np.float64], num_bins: int = NUM_BINS) -> NDArray[np.intp]:
    """The bin of each probability, from 0: on the edge of two the upper one, and of 1 the last."""
    return np.minimum((probabilities * num_bins).astype(np.intp), num_bins - 1)


def reliability_curve(counts: Counts) -> Reliability:
    """The points of the diagram, of `reliability_counts` that may be sums over many images; none if there is no pixel."""
    pixels, probabilities, true = counts[:, counts[0] > 0]
    return Reliability(probabilities / pixels, true / pixels, pixels / max(pixels.sum(), 1))


def calibration_error(counts: Counts) -> float:
    """The expected calibration error in [0, 1]: mean over all pixels of |confidence - frequency| of their bin.

    Most pixels of a medical image are background beyond doubt, and make it small; look at the diagram, too. NaN without pixels.

    Args:
        counts: (3, B) of `reliability_counts`, or a sum of such.
    """
    curve = reliability_curve(counts)
    return float((curve.share * np.abs(curve.confidence - curve.frequency)).sum()) if curve.share.size else float("nan")
