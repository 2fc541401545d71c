"""SEG of the Cell Tracking Challenge, and the plain mean IoU of objects beside it.

Source: Maška et al. (2014), doi:10.1093/bioinformatics/btu080, measure SEG; the numbers of table 2 ("IOU") of Ronneberger,
Fischer and Brox (2015), arXiv:1505.04597, are SEG as that challenge measured it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from custom.metrics.contingency import contingency


def object_ious(overlaps: csr_array) -> coo_array:
    """IoU in (0, 1] of the pairs of objects that share pixels, sparse (T, P), in the order of the `contingency` table."""
    shared = overlaps[1:, 1:].tocoo()
    truth_sizes, pred_sizes = overlaps.sum(axis=1)[1:], overlaps.sum(axis=0)[1:]
    unions = truth_sizes[shared.row] + pred_sizes[shared.col] - shared.data
    return coo_array((shared.data / unions, (shared.row, shared.col)), shape=shared.shape)


def matched_ious(*, pred: NDArray[Any], truth: NDArray[Any]) -> NDArray[np.float64]:
    """IoU (T,) of each object of the truth with the predicted object that covers more than half of it, 0 where none does.

    SEG over several images is the mean over all of their objects: concatenate these first.

    Args:
        pred: predicted objects, integers from 0 (background), of any shape.
        truth: true objects, of the same shape.

    Raises:
        ValueError: if an array is empty or holds anything but whole numbers in 0 … 2³¹ - 1, or the shapes differ.
    """
    overlaps = contingency(pred=pred, truth=truth)
    shared, truth_sizes = overlaps[1:, 1:].tocoo(), overlaps.sum(axis=1)[1:]
    covered = 2 * shared.data > truth_sizes[shared.row]
    result = np.zeros(truth_sizes.size)
    result[shared.row[covered]] = object_ious(overlaps).data[covered]
    return result


def seg(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """Mean of `matched_ious`, in [0, 1]; predicted objects that match nothing are not counted.

    A truth without objects gives 1 if the prediction has none either, else 0.
    """
    return mean_matched(matched_ious(pred=pred, truth=truth), predicted=bool(pred.any()))


def mean_matched(ious: NDArray[np.float64], *, predicted: bool) -> float:
    """SEG from `matched_ious`, of one image or of several together.

    Args:
        ious: (T,), of all objects of the truth.
        predicted: whether there is any predicted object: where there are no true ones, it makes the difference of 0 and 1.
    """
    return float(ious.mean()) if ious.size else float(not predicted)


def mean_iou(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """Mean over the objects of the truth of the largest IoU with a predicted object, in [0, 1]; never below `seg`.

    A truth without objects gives 1 if the prediction has none either, else 0.
    """
    ious = object_ious(contingency(pred=pred, truth=truth))
    if ious.shape[0] == 0 or ious.shape[1] == 0:
        return float(ious.shape == (0, 0))
    return float(ious.max(axis=1).toarray().mean())
