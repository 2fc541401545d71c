"""How sure a network is of its own mask, without a truth to compare it with."""

import numpy as np
from numpy.typing import ArrayLike

from custom.transforms.expected_overlap import dice_of_sums, expected_sums


def expected_dice(probabilities: ArrayLike, threshold: float = 0.5) -> float:
    """The Dice that a mask of all pixels from `threshold` on may hope for, if the probabilities are true.

    For a mask M and probabilities p: 2 Σ p over M, divided by the size of M plus Σ p over all pixels, which is expected overlap
    over expected size. It is 1 where all probabilities are 0 or 1, and low where there is much doubt for little mask. A mask
    without pixels gives 0, unless there is no doubt at all.

    Args:
        probabilities: the foreground's, in [0, 1], an array of any shape.
        threshold: in (0, 1).

    Raises:
        ValueError: if a probability is out of range or no number.
    """
    values = np.asarray(probabilities, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    return dice_of_sums(expected_sums(values[None], values[None] >= threshold))
