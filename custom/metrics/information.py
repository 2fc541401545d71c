"""Foreground-restricted information score: how much the objects of prediction and truth tell about each other.

Source: Arganda-Carreras et al. (2015), doi:10.3389/fnana.2015.00142, equation 6. With the objects in which a random pixel lies
in the prediction S and in the truth T, their mutual information I and entropies H::

    V_alpha = I(S; T) / ((1 - alpha) · H(S) + alpha · H(T))

alpha = 0 gives the split score, alpha = 1 the merge score, alpha = 0.5 their harmonic mean, the F-score.
"""

from typing import Any

from numpy.typing import NDArray
from scipy.special import entr

from custom.metrics.contingency import contingency


def information_f_score(*, pred: NDArray[Any], truth: NDArray[Any], alpha: float = 0.5) -> float:
    """V^info in [0, 1], 1 for the same partition; over the pixels of the truth's objects only.

    Predicted background inside an object of the truth counts as objects of one pixel each. Where the denominator is 0 (no
    object in the truth, or a single one on the sides that alpha weighs) there is nothing to get wrong: 1.

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
    pixels = overlaps.sum()
    if pixels == 0:
        return 1.0
    # Counts are summed before they are divided, so that a single object has an entropy of exactly 0.
    single_pixels = overlaps[:, [0]].sum() * entr(1 / pixels)
    pred_entropy = entr(overlaps.sum(axis=0)[1:] / pixels).sum() + single_pixels
    truth_entropy = entr(overlaps.sum(axis=1) / pixels).sum()
    joint_entropy = entr(overlaps[:, 1:].data / pixels).sum() + single_pixels
    weighted = (1 - alpha) * pred_entropy + alpha * truth_entropy
    if weighted == 0:
        return 1.0
    return float(max(pred_entropy + truth_entropy - joint_entropy, 0.0) / weighted)
