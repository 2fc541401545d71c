"""Averages over the symmetries of the square, and how far these differ."""

from collections.abc import Callable, Iterator
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
        variance: whether a last channel tells how far the forms differ, which averages too: the variance of their
            probabilities, of several classes the sum of each one's, in [0, 0.25] for a mask and in [0, 1) for classes.
    """

    def __init__(self, inferer: Inferer, flips: bool = True, average: bool = True, variance: bool = False) -> None:
        super().__init__()
        self.inferer = inferer
        self.flips = flips
        self.average = average
        self.variance = variance

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`, (N, C, H, W) or (N, C, H, W, D), with one more channel for the variance."""
        if not (self.average or self.variance):
            return self.inferer(inputs, network, *args, **kwargs)
        total: Tensor | None = None
        spread = Spread()
        for view, back in _forms(inputs, self.flips):
            logits = back(self.inferer(view, network, *args, **kwargs))
            total = logits if total is None else total + logits
            if self.variance:
                spread.add(logits)
        assert total is not None
        mean = total / (8 if self.flips else 4)
        return torch.cat([mean, spread.variance().to(mean.dtype)], dim=1) if self.variance else mean


class Spread:
    """The variance of probabilities, by Welford's sums, which lose no digits where all are near 1."""

    def __init__(self) -> None:
        self.number = 0

    def add(self, logits: Tensor) -> None:
        """Logits (N, K, …) of one form."""
        values = logits.float()
        probabilities = values.sigmoid() if values.shape[1] == 1 else values.softmax(dim=1)
        self.number += 1
        if self.number == 1:
            self._mean, self._squares = probabilities, torch.zeros_like(probabilities)
            return
        before = probabilities - self._mean
        self._mean = self._mean + before / self.number
        self._squares += before * (probabilities - self._mean)

    def variance(self) -> Tensor:
        """The variance (N, 1, …) over the forms, summed over classes."""
        return self._squares.sum(dim=1, keepdim=True) / self.number


def _forms(inputs: Tensor, flips: bool) -> Iterator[tuple[Tensor, Callable[[Tensor], Tensor]]]:
    """The turned images, each with what turns its logits back."""
    for flip in (False, True) if flips else (False,):
        for turns in range(4):

            def back(logits: Tensor, flip: bool = flip, turns: int = turns) -> Tensor:
                """Logits turned back to the image."""
                upright = torch.rot90(logits, -turns, (2, 3))
                return upright.flip(2) if flip else upright

            yield torch.rot90(inputs.flip(2) if flip else inputs, turns, (2, 3)), back
