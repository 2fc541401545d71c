"""Sums over pixels from which the expected Dice of an image, or of all images of a patient together, is told."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def expected_sums(values: NDArray[Any], masks: NDArray[np.bool_], border_class: int = 0) -> NDArray[np.float64]:
    """(F, 3) of each foreground class: probabilities within its mask, pixels of its mask, all probabilities.

    Args:
        values: probabilities (F, …) of the foreground classes, in [0, 1].
        masks: which pixels (F, …) are predicted as each of them.
        border_class: the last class, if it is of borders between touching cells, which count as class 1 and have no row of
            their own; 0 for none.
    """
    values, masks = values.reshape(len(values), -1), masks.reshape(len(masks), -1)
    if border_class:
        values = np.concatenate([np.minimum(values[:1] + values[-1:], 1), values[1:-1]])
        masks = np.concatenate([masks[:1] | masks[-1:], masks[1:-1]])
    inside = [own[mask].sum(dtype=np.float64) for own, mask in zip(values, masks, strict=True)]
    parts = inside, np.count_nonzero(masks, axis=1), values.sum(axis=1, dtype=np.float64)
    return np.stack(parts, axis=1).astype(np.float64)


def dice_of_sums(sums: NDArray[np.float64]) -> float:
    """`custom.metrics.expected_dice` of the pixels of `expected_sums`, in [0, 1]; the mean over the foreground classes."""
    inside, sizes = sums[:, 0], sums[:, 1] + sums[:, 2]
    return float(np.where(sizes > 0, 2 * inside / np.maximum(sizes, 1e-12), 1.0).mean())
