"""Pixel error of the ISBI 2012 challenge, in the two forms that go by this name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def pixel_error(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """Mean squared difference in [0, 1]: for two masks the share of the pixels that differ.

    The squared Euclidean distance between the labels over the number of pixels, as the challenge's page defines it.

    Args:
        pred: predicted mask or probabilities in [0, 1], of any shape with at least one pixel.
        truth: true mask of 0 and 1, of the same shape.

    Raises:
        ValueError: if the shapes differ, an array is empty, or a value lies outside 0 … 1.
    """
    _check_fractions(pred=pred, truth=truth)
    return float(np.square(pred.astype(np.float64) - truth).mean())


def pixel_f_error(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """1 - F-score of the pixels that are 1, in [0, 1]: (FP + FN) / (2 TP + FP + FN); 0 if both masks are empty.

    What the challenge's software (Fiji, Trainable Segmentation) reports as pixel error, there the least over thresholds, with
    1 for cells and 0 for membranes. It is smaller than `pixel_error` where cells fill most of the image.

    Args:
        pred: predicted mask of 0 and 1, of any shape with at least one pixel.
        truth: true mask of 0 and 1, of the same shape.

    Raises:
        ValueError: if the shapes differ, an array is empty, or a value is neither 0 nor 1.
    """
    _check_fractions(pred=pred, truth=truth)
    pred, truth = _mask("pred", pred), _mask("truth", truth)
    wrong, right = np.count_nonzero(pred != truth), np.count_nonzero(pred & truth)
    return float(wrong / (2 * right + wrong)) if right + wrong else 0.0


def _mask(name: str, values: NDArray[Any]) -> NDArray[np.bool_]:
    mask = values.astype(bool)
    if not np.array_equal(mask, values):
        raise ValueError(f"{name} must be a mask of 0 and 1; threshold it first")
    return mask


def _check_fractions(*, pred: NDArray[Any], truth: NDArray[Any]) -> None:
    if pred.shape != truth.shape or pred.size == 0:
        raise ValueError(f"pred and truth must have one shape with at least one pixel, got {pred.shape} and {truth.shape}")
    for name, values in (("pred", pred), ("truth", truth)):
        if not (values.min() >= 0 and values.max() <= 1):
            raise ValueError(f"{name} must lie in 0..1, got {values.min()}..{values.max()}; divide or threshold it first")
