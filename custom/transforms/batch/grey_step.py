"""What a step that changes grey values is, and what it draws for a patch."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Drawn = NDArray[np.float64]
Limits = tuple[float, float]


class GreyStep(Protocol):
    """A step that changes grey values of a share `prob` of the patches."""

    @property
    def prob(self) -> float:
        """Share of the patches."""

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """What one patch needs, as a vector."""

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images, of which each has a row of `drawn`."""
