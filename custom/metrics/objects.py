"""Detection of objects: matched, missed, invented, merged and split ones, F1, average precision and panoptic quality.

An object is found when a predicted one has an IoU with it above the threshold; from 0.5 on such a partner is the only one on
either side, so that no assignment has to be solved. Source: Caicedo et al. (2019), doi:10.1038/s41592-019-0612-7, and the
evaluation page of the 2018 Data Science Bowl; Kirillov et al. (2019), arXiv:1801.00868, for the panoptic quality.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from custom.metrics.contingency import contingency
from custom.metrics.seg import object_ious

IOU_THRESHOLDS = tuple(percent / 100 for percent in range(50, 100, 5))


class Matches(NamedTuple):
    """Numbers of objects: found, predicted without partner, missed. Add them up over images before scoring to pool."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN) in [0, 1]; 1 without any object."""
        return float(2 * self.true_positives / (self.true_positives + sum(self))) if sum(self) else 1.0

    @property
    def precision(self) -> float:
        """TP / (TP + FP + FN) in [0, 1], which the Data Science Bowl calls precision; 1 without any object."""
        return float(self.true_positives / sum(self)) if sum(self) else 1.0

    def quality(self, iou_sum: float) -> float:
        """Panoptic quality in [0, 1]: `iou_sum` of the found pairs / (TP + FP / 2 + FN / 2); 1 without any object."""
        return float(2 * iou_sum / (self.true_positives + sum(self))) if sum(self) else 1.0


def match_objects(*, pred: NDArray[Any], truth: NDArray[Any], threshold: float = 0.5) -> Matches:
    """Objects whose IoU with a partner is above `threshold`, and those on either side without one.

    Args:
        pred: predicted objects, integers from 0 (background), of any shape.
        truth: true objects, of the same shape.
        threshold: IoU above which a pair is found, in [0.5, 1).

    Raises:
        ValueError: if `threshold` is out of range, or `contingency` refuses the arrays.
    """
    if not 0.5 <= threshold < 1:
        raise ValueError(f"threshold must lie in [0.5, 1), got {threshold!r}")
    return matches_of(object_ious(contingency(pred=pred, truth=truth)), threshold)


def matches_of(ious: coo_array, threshold: float) -> Matches:
    """`match_objects` from the `object_ious` of a prediction, which serve several thresholds."""
    found = int(np.count_nonzero(ious.data > threshold))
    return Matches(found, ious.shape[1] - found, ious.shape[0] - found)


def found_iou_sum(ious: coo_array) -> float:
    """Sum of the `object_ious` above 0.5, those of the pairs that `match_objects` finds at 0.5."""
    return float(ious.data[ious.data > 0.5].sum())


def object_f1(*, pred: NDArray[Any], truth: NDArray[Any], threshold: float = 0.5) -> float:
    """2 TP / (2 TP + FP + FN) in [0, 1]; 1 if neither has an object. See `match_objects`.

    Args:
        pred: predicted objects, integers from 0 (background), of any shape.
        truth: true objects, of the same shape.
        threshold: IoU above which a pair is found, in [0.5, 1).

    Raises:
        ValueError: if `threshold` is out of range, or `contingency` refuses the arrays.
    """
    return match_objects(pred=pred, truth=truth, threshold=threshold).f1


def average_precision(*, pred: NDArray[Any], truth: NDArray[Any], thresholds: Sequence[float] = IOU_THRESHOLDS) -> float:
    """Mean over IoU thresholds (0.5, 0.55 … 0.95) of TP / (TP + FP + FN), in [0, 1]; 1 if neither has an object.

    Args:
        pred: predicted objects, integers from 0 (background), of any shape.
        truth: true objects, of the same shape.
        thresholds: IoUs above which a pair is found, each in [0.5, 1).

    Raises:
        ValueError: if a threshold is out of range, or `contingency` refuses the arrays.
    """
    matches = (match_objects(pred=pred, truth=truth, threshold=threshold) for threshold in thresholds)
    return float(np.mean([counts.precision for counts in matches]))


def average_precision_50(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """`average_precision` at the IoU threshold 0.5 alone: AP50, which StarDist and Cellpose report as AP at 0.5."""
    return average_precision(pred=pred, truth=truth, thresholds=(0.5,))


def panoptic_quality(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """PQ in [0, 1]: sum of the IoU of the pairs above 0.5 / (TP + FP / 2 + FN / 2); 1 if neither has an object."""
    ious = object_ious(contingency(pred=pred, truth=truth))
    return matches_of(ious, 0.5).quality(found_iou_sum(ious))


def merged_pairs(*, pred: NDArray[Any], truth: NDArray[Any]) -> int:
    """Pairs of objects of the truth that one predicted object covers each by more than half; 0 without objects."""
    overlaps = contingency(pred=pred, truth=truth)
    shared = overlaps[1:, 1:].tocoo()
    covered = 2 * shared.data > overlaps.sum(axis=1)[1:][shared.row]
    per_pred = np.bincount(shared.col[covered], minlength=1)
    return int((per_pred * (per_pred - 1) // 2).sum())


def split_pairs(*, pred: NDArray[Any], truth: NDArray[Any]) -> int:
    """Pairs of predicted objects that lie each by more than half in one object of the truth; 0 without objects."""
    return merged_pairs(pred=truth, truth=pred)
