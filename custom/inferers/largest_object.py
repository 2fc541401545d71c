"""Which voxels of a patient's logits belong to the largest object of the mask."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import label
from torch import Tensor

TOUCHING = np.ones((3, 3, 3))  # at corners too


def averaged(logits: Tensor, axis: int) -> Tensor:
    """Logits with weights 1, 2, 1 of neighbours along an axis; the first and the last stand in for the neighbour they lack."""
    last = logits.shape[axis] - 1
    before, behind = (logits.narrow(axis, start, last) for start in (0, 1))
    total = 2 * logits
    total.narrow(axis, 1, last).add_(before)
    total.narrow(axis, 0, 1).add_(logits.narrow(axis, 0, 1))
    total.narrow(axis, 0, last).add_(behind)
    total.narrow(axis, last, 1).add_(logits.narrow(axis, last, 1))
    return total.div_(4)


def keep_largest_object(logits: Tensor, threshold: float, across_slices: bool = False) -> None:
    """Leaves one object of logits (H, W, D) that reaches the threshold, asked as `Activations` and `AsDiscrete` do: in float32.

    The others are overwritten in place: a copy with D last would be slow to read slice by slice.

    Args:
        logits: (H, W, D) of a patient, slice by slice; changed in place.
        threshold: the probability from which on a voxel is in the mask, in (0, 1).
        across_slices: whether the largest object is that of the logits averaged over neighbouring slices. What stays are the
            voxels of single slices that are connected with it.
    """
    # The sigmoid takes long, and of most of a head a look at the logits tells as much.
    box = _box((logits >= _surely_below(threshold)).cpu().numpy(), 2 if across_slices else 0)
    inside = logits[box].float()
    marked = _reaches(inside, threshold)
    if across_slices and marked.any():
        largest = _largest(_reaches(averaged(inside, 2), threshold))
        objects, _ = label(marked | largest, structure=TOUCHING)
        others = marked & ~np.isin(objects, np.unique(objects[largest]))
    else:
        others = marked & ~_largest(marked)
    if others.any():
        logits[box].masked_fill_(torch.from_numpy(others).to(logits.device), float(logits.min()))


def _reaches(logits: Tensor, threshold: float) -> NDArray[np.bool_]:
    reached: NDArray[np.bool_] = (logits.sigmoid() >= threshold).cpu().numpy()
    return reached


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest object of a mask, or nothing of an empty one."""
    objects, number = label(mask, structure=TOUCHING)
    largest: NDArray[np.bool_] = mask if number < 2 else objects == 1 + np.bincount(objects.ravel())[1:].argmax()
    return largest


def _surely_below(threshold: float) -> float:
    """A logit below which no probability, rounded to float32, reaches a threshold, rounded too."""
    if threshold < 1e-30:  # it may be 0 in float32
        return -math.inf
    return min(math.log(threshold / (1 - threshold)), 15) - 0.1  # from a logit of 17 on the probability is 1


def _box(mask: NDArray[np.bool_], slices: int) -> tuple[slice, ...]:
    """The smallest box that holds all of a mask, empty for an empty one; most of a head is no tumour, and takes time.

    It has so many `slices` more before and behind, as far as there are some.
    """
    rows = np.flatnonzero(mask.any(axis=(1, 2)))
    if not len(rows):
        return (slice(0),) * 3
    within = mask[rows[0] : rows[-1] + 1]
    columns, planes = (np.flatnonzero(within.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    return (
        slice(rows[0], rows[-1] + 1),
        slice(columns[0], columns[-1] + 1),
        slice(max(0, planes[0] - slices), planes[-1] + 1 + slices),
    )
