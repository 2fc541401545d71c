"""What the slices of a patient tell together, for networks that see one slice at a time."""

from collections.abc import Callable
from typing import Any

import torch
from monai.data import MetaTensor
from monai.inferers import Inferer
from torch import Tensor

from custom.inferers.largest_object import averaged, keep_largest_object


class AcrossSlicesInferer(Inferer):
    """Logits of neighbouring slices, averaged with weights 1, 2, 1: what only one slice shows is doubted, gaps are closed.

    The neighbours are the slices of a volume (N, C, H, W, D), or the images of a batch (N, C, H, W), which must then be the
    slices of one patient in their order, as `custom.loading.SeriesBatches` gives them; `SliceJoin` takes them in parts.
    The first and the last slice stand in for the neighbour they lack. A lone slice is left as it is.

    If asked for, the largest object of each patient alone stays: of the voxels whose probability reaches `threshold`, as the
    mask has it, those that touch, at corners too, are one object, and the others get the lowest logit of the patient. Then the
    average only tells which object is the largest. The logits of what belongs to it stay those of each slice by itself, since
    an average over thick slices makes objects too small at their ends.

    Source of the largest object: Buda, Saha and Mazurowski (2019), doi:10.1016/j.compbiomed.2019.05.002.

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
        if not self.largest_object:
            return averaged(logits, axis) if self.across_slices else logits
        check_channels(logits)
        logits = logits.clone()
        plain = logits.as_tensor() if isinstance(logits, MetaTensor) else logits
        for patient in plain[:, 0].unbind() if axis else [plain[:, 0].movedim(0, -1)]:
            keep_largest_object(patient, self.threshold, self.across_slices)
        return logits


def check_channels(logits: Tensor) -> None:
    """Makes sure that a largest object can be asked for.

    Raises:
        ValueError: if there is more than one output channel.
    """
    if logits.shape[1] != 1:
        raise ValueError(f"largest_object must be False for a network with {logits.shape[1]} output channels")
