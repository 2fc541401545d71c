"""What the slices of a patient tell together, for networks that see one slice at a time."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.inferers import Inferer
from numpy.typing import NDArray
from scipy.ndimage import label
from torch import Tensor


class AcrossSlicesInferer(Inferer):
    """Logits of neighbouring slices, averaged with weights 1, 2, 1: what only one slice shows is doubted, gaps are closed.

    The neighbours are the slices of a volume (N, C, H, W, D), or the images of a batch (N, C, H, W), which must then be the
    slices of one patient in their order, as `custom.loading.SeriesBatches` gives them; `SliceJoin` takes them in parts.
    The first and the last slice stand in for the neighbour they lack. A lone slice is left as it is.

    Then, if asked for, the largest object of each patient alone stays: of the voxels whose probability reaches `threshold`, as
    the mask has it, those that touch, at corners too, are one object, and the others get the lowest logit of the patient.

    Source of the latter: Buda, Saha and Mazurowski (2019), doi:10.1016/j.compbiomed.2019.05.002.

    Args:
        inferer: what predicts the single slices, such as an `OverlapTileInferer`.
        across_slices: whether to average at all, so that a config can switch it.
        largest_object: whether to keep the largest object alone.
        threshold: the probability from which on a voxel is in the mask, in (0, 1); the same as in the post-processing.
        variance: whether the last channel is that of an `AveragingInferer` with `variance`, which is passed on as it is.

    Raises:
        ValueError: if `threshold` is out of range; in a call, if `largest_object` is asked of a network with more than one
            output channel.
    """

    def __init__(
        self,
        inferer: Inferer,
        across_slices: bool = True,
        largest_object: bool = False,
        threshold: float = 0.5,
        variance: bool = False,
    ) -> None:
        super().__init__()
        if not 0 < threshold < 1:
            raise ValueError(f"threshold must be a number between 0 and 1, got {threshold!r}")
        self.inferer = inferer
        self.across_slices = across_slices
        self.largest_object = largest_object
        self.threshold = threshold
        self.variance = variance

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`."""
        logits: Tensor = self.inferer(inputs, network, *args, **kwargs)
        if self.variance:
            return torch.cat([self._together(logits[:, :-1]), logits[:, -1:]], dim=1)
        return self._together(logits)

    def _together(self, logits: Tensor) -> Tensor:
        axis = 4 if logits.dim() == 5 else 0
        if logits.shape[axis] == 1:
            return logits
        if self.across_slices:
            logits = averaged(logits, axis)
        if self.largest_object:
            check_channels(logits)
            logits = logits if self.across_slices else logits.clone()
            plain = logits.as_tensor() if isinstance(logits, MetaTensor) else logits
            for patient in plain[:, 0].unbind() if axis else [plain[:, 0].movedim(0, -1)]:
                keep_largest_object(patient, self.threshold)
        return logits


def check_channels(logits: Tensor) -> None:
    """Makes sure that a largest object can be asked for.

    Raises:
        ValueError: if there is more than one output channel.
    """
    if logits.shape[1] != 1:
        raise ValueError(f"largest_object must be False for a network with {logits.shape[1]} output channels")


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


def keep_largest_object(logits: Tensor, threshold: float) -> None:
    """Leaves one object of logits (H, W, D) that reaches the threshold, asked as `Activations` and `AsDiscrete` do: in float32.

    The others are overwritten in place: a copy with D last would be slow to read slice by slice.
    """
    # The sigmoid takes long, and of most of a head a look at the logits tells as much.
    box = _box((logits >= _surely_below(threshold)).cpu().numpy())
    positive = (logits[box].float().sigmoid() >= threshold).cpu().numpy()
    objects, number = label(positive, structure=np.ones((3, 3, 3)))
    if number < 2:
        return
    largest = 1 + np.bincount(objects.ravel())[1:].argmax()
    others = torch.from_numpy((objects > 0) & (objects != largest))
    logits[box].masked_fill_(others.to(logits.device), float(logits.min()))


def _surely_below(threshold: float) -> float:
    """A logit below which no probability, rounded to float32, reaches a threshold, rounded too."""
    if threshold < 1e-30:  # it may be 0 in float32
        return -math.inf
    return min(math.log(threshold / (1 - threshold)), 15) - 0.1  # from a logit of 17 on the probability is 1


def _box(mask: NDArray[np.bool_]) -> tuple[slice, ...]:
    """The smallest box that holds all of a mask, empty for an empty one; most of a head is no tumour, and takes time."""
    rows = np.flatnonzero(mask.any(axis=(1, 2)))
    if not len(rows):
        return (slice(0),) * 3
    within = mask[rows[0] : rows[-1] + 1]
    others = (np.flatnonzero(within.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    return (slice(rows[0], rows[-1] + 1), *(slice(places[0], places[-1] + 1) for places in others))
