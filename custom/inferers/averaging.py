"""Averages over the symmetries of the square."""

from collections.abc import Callable
from typing import Any

import torch
from monai.inferers import Inferer
from torch import Tensor


class AveragingInferer(Inferer):
    """Mean of the logits of an image turned by 0°, 90°, 180° and 270°, and of each of these mirrored; eight passes for one.

    The paper averages seven rotated versions of the image without saying which; these eight are all that need no
    interpolation. Equal logits come out of an image and of the same image turned, up to rounding.

    Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, section 4.

    Args:
        inferer: what predicts each of them, such as an `OverlapTileInferer`.
        flips: whether mirrored images count too; without, four rotations are averaged.
        average: whether to average at all, so that a config can switch it; without, this is `inferer` itself.
    """

    def __init__(self, inferer: Inferer, flips: bool = True, average: bool = True) -> None:
        super().__init__()
        self.inferer = inferer
        self.flips = flips
        self.average = average

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`, (N, C, H, W) or (N, C, H, W, D)."""
        if not self.average:
            return self.inferer(inputs, network, *args, **kwargs)
        total: Tensor | None = None
        for flip in (False, True) if self.flips else (False,):
            for turns in range(4):
                view = torch.rot90(inputs.flip(2) if flip else inputs, turns, (2, 3))
                logits = torch.rot90(self.inferer(view, network, *args, **kwargs), -turns, (2, 3))
                total = _add(total, logits.flip(2) if flip else logits)
        assert total is not None
        return total / (8 if self.flips else 4)


def _add(total: Tensor | None, logits: Tensor) -> Tensor:
    return logits if total is None else total + logits
