"""How many pixels each object of the truth shares with each object of the prediction: what all object metrics start from.

Rows are the truth, columns the prediction::

    truth  1 1 2      pred  7 0 7              background  7
           1 1 2            7 7 7    background     0      0
                                              1     1      3
                                              2     0      2
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def contingency(*, pred: NDArray[Any], truth: NDArray[Any]) -> csr_array:
    """Numbers of pixels as a sparse table (T + 1, P + 1) of the T objects of the truth and the P objects of the prediction.

    Row and column 0 are the background, whether it occurs or not; then come the objects in the order of their labels, whose
    values are forgotten.

    Args:
        pred: predicted objects, of any shape with at least one pixel: integers from 0 (background) or booleans.
        truth: true objects, of the same shape.

    Raises:
        ValueError: if an array is empty or holds anything but whole numbers in 0 … 2³¹ - 1, or the shapes differ.
    """
    check_labels(pred=pred, truth=truth)
    base = int(pred.max()) + 1
    keys, counts = np.unique(truth.astype(np.int64) * base + pred.astype(np.int64), return_counts=True)
    truth_labels, pred_labels = np.divmod(keys, base)
    rows, columns = np.union1d(0, truth_labels), np.union1d(0, pred_labels)
    cells = (np.searchsorted(rows, truth_labels), np.searchsorted(columns, pred_labels))
    return csr_array((counts.astype(np.float64), cells), shape=(rows.size, columns.size))


def check_labels(*, pred: NDArray[Any], truth: NDArray[Any]) -> None:
    """Makes sure that both are label arrays of one shape.

    Raises:
        ValueError: if an array is empty or holds anything but whole numbers in 0 … 2³¹ - 1, or the shapes differ.
    """
    for name, labels in (("pred", pred), ("truth", truth)):
        if labels.size == 0:
            raise ValueError(f"{name} must have at least one pixel, got shape {labels.shape}")
        if labels.dtype.kind not in "biu":
            raise ValueError(f"{name} must hold labels as integers or booleans, got {labels.dtype}; convert it first")
        if labels.dtype.kind != "b" and not 0 <= int(labels.min()) <= int(labels.max()) < 2**31:
            raise ValueError(f"{name} must hold labels in 0..2147483647, got {labels.min()}..{labels.max()}")
    if pred.shape != truth.shape:
        raise ValueError(f"pred and truth must have one shape, got {pred.shape} and {truth.shape}")
