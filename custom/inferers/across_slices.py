"""Agreement of neighbouring slices, for networks that see one slice at a time."""

from collections.abc import Callable
from typing import Any

import torch
from monai.inferers import Inferer
from torch import Tensor


class AcrossSlicesInferer(Inferer):
    """Logits of neighbouring slices, averaged with weights 1, 2, 1: what only one slice shows is doubted, gaps are closed.

    The neighbours are the slices of a volume (N, C, H, W, D), or the images of a batch (N, C, H, W), which must then be the
    slices of one patient in their order, as `custom.data.SeriesBatches` gives them. The first and the last slice stand in for
    the neighbour they lack. A lone slice is left as it is.

    Args:
        inferer: what predicts the single slices, such as an `OverlapTileInferer`.
        across_slices: whether to average at all, so that a config can switch it; without, this is `inferer` itself.
    """

    def __init__(self, inferer: Inferer, across_slices: bool = True) -> None:
        super().__init__()
        self.inferer = inferer
        self.across_slices = across_slices

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`."""
        logits: Tensor = self.inferer(inputs, network, *args, **kwargs)
        axis = 4 if logits.dim() == 5 else 0
        number = logits.shape[axis]
        if not self.across_slices or number == 1:
            return logits
        places = torch.arange(number, device=logits.device)
        before, after = (logits.index_select(axis, (places + step).clamp(0, number - 1)) for step in (-1, 1))
        return (before + 2 * logits + after) / 4
