"""Foreground-restricted Rand score: how well the objects of the truth are kept together and apart, by pairs of pixels.

Source: Arganda-Carreras et al. (2015), doi:10.3389/fnana.2015.00142, equation 3. With p_ij the share of the pixels that lie in
object i of the prediction S and object j of the truth T, and the marginals s_i and t_j::

    V_alpha = sum p_ij² / (alpha · sum s_i² + (1 - alpha) · sum t_j²)

alpha = 0 gives the split score (pairs together in T that are also together in S), alpha = 1 the merge score (pairs together in
S that are also together in T), alpha = 0.5 their harmonic mean, the F-score.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.metrics.contingency import contingency


def rand_f_score(*, pred: NDArray[Any], truth: NDArray[Any], alpha: float = 0.5) -> float:
    """V^Rand in (0, 1], 1 for the same partition; over the pixels of the truth's objects only.

    Background pixels of the truth do not count. Predicted background inside an object of the truth counts as objects of one
    pixel each, as in the challenge's software; pairs of a pixel with itself count too. A truth without objects has nothing to
    get wrong: 1. After `thin_borders` of the prediction this is the challenge's final score. scikit-image's
    `adapted_rand_error` takes the predicted background as one object, leaves out pairs of a pixel with itself, and swaps the
    names of precision and recall.

    Args:
        pred: predicted objects, integers from 0 (background), of any shape.
        truth: true objects, of the same shape.
        alpha: weight of the merge score in [0, 1].

    Raises:
        ValueError: if `alpha` is out of range, or `contingency` refuses the arrays.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must lie in 0..1, got {alpha!r}")
    overlaps = contingency(pred=pred, truth=truth)[1:]
    if overlaps.sum() == 0:
        return 1.0
    pred_sizes, truth_sizes = overlaps.sum(axis=0), overlaps.sum(axis=1)
    single_pixels = pred_sizes[0]
    together_in_both = np.square(overlaps[:, 1:].data).sum() + single_pixels
    together_in_pred = np.square(pred_sizes[1:]).sum() + single_pixels
    together_in_truth = np.square(truth_sizes).sum()
    return float(together_in_both / (alpha * together_in_pred + (1 - alpha) * together_in_truth))


def rand_error(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """1 - `rand_f_score`, in [0, 1): the "Rand error" of the ISBI 2012 challenge, there the least over thresholds."""
    return 1.0 - rand_f_score(pred=pred, truth=truth)
