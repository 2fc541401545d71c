"""The temperature that makes a network's probabilities true: logits are divided by it before they become probabilities.

It changes no order of pixels, and so no mask at probability 0.5. It is found from a histogram of the logits, which adds up over
images and patients::

    logit         … -0.6   -0.5   -0.4 …
    background        31     28     25        row 0
    foreground         9     11     12        row 1

Source: Guo, Pleiss, Sun and Weinberger (2017), arXiv:1706.04599, section 4.2.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit

from custom.metrics.reliability import NUM_BINS, bins_of

Counts = NDArray[np.float64]
# Beyond ±24 a probability is 0 or 1 in float32; bins of 1/16 move a fitted temperature by less than 0.001.
MOST_LOGIT, LOGIT_BINS = 24.0, 768
CENTRES = (np.arange(LOGIT_BINS) + 0.5) * (2 * MOST_LOGIT / LOGIT_BINS) - MOST_LOGIT
COLDEST, HOTTEST = 0.05, 20.0


def logit_counts(*, logits: ArrayLike, truth: ArrayLike) -> Counts:
    """Counts (2, 768) of background and foreground pixels by their logit.

    Args:
        logits: the logits of the foreground, an array of any shape.
        truth: whether each pixel is foreground, of the same shape, 0 or 1.

    Raises:
        ValueError: if the shapes differ, or a logit is no number.
    """
    values, true = np.asarray(logits, dtype=np.float64), np.asarray(truth).astype(bool)
    if values.shape != true.shape:
        raise ValueError(f"logits and truth must have one shape, got {values.shape} and {true.shape}")
    if np.isnan(values).any():
        raise ValueError("logits must be numbers, got NaN")
    scaled = (values + MOST_LOGIT) * (LOGIT_BINS / (2 * MOST_LOGIT))
    bins = np.clip(scaled, 0, LOGIT_BINS - 1).astype(np.intp)
    return np.stack([np.bincount(bins[true == side], minlength=LOGIT_BINS) for side in (False, True)]).astype(np.float64)


def fit_temperature(counts: Counts) -> float:
    """The temperature in 0.05 … 20 with the least cross-entropy; above 1 for a network that is too sure.

    One at an end of this range, by `at_an_end`, says that no temperature makes the probabilities true.

    Args:
        counts: what `logit_counts` gives, or a sum of several.

    Raises:
        ValueError: if background or foreground has no pixel, so that every temperature is as good.
    """
    background, foreground = counts
    if not background.any() or not foreground.any():
        raise ValueError("a temperature needs pixels of background and of foreground; take images with both")

    def loss(log_temperature: float) -> float:
        """The cross-entropy of all pixels."""
        logits = CENTRES / np.exp(log_temperature)
        return float(-(background @ log_expit(-logits) + foreground @ log_expit(logits)))

    found: Any = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


def at_an_end(temperature: float) -> bool:
    """Whether a fitted temperature lies at an end of 0.05 … 20, so that the best one may lie beyond."""
    return not COLDEST * 1.001 < temperature < HOTTEST / 1.001


def reliability_at(counts: Counts, temperature: float = 1.0) -> Counts:
    """What `reliability_counts` gives of the probabilities at a temperature, up to the width of the logits' bins.

    Args:
        counts: what `logit_counts` gives, or a sum of several.
        temperature: above 0.

    Raises:
        ValueError: if `temperature` is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature!r}")
    probabilities = expit(CENTRES / temperature)
    pixels = counts.sum(axis=0)
    weights = (pixels, pixels * probabilities, counts[1])
    return np.stack([np.bincount(bins_of(probabilities), weight, minlength=NUM_BINS) for weight in weights])
