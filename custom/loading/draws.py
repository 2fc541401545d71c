"""Random numbers that belong to a patch: by seed, epoch, item and patch, whoever asks and in whatever order.

A patch bears these four numbers under `DRAW`, and with them the key of a counter-based generator (Philox) of its own::

    item 7 of epoch 3  ──crop──►  patch 0  draw = (seed, 3, 7, 0)  ──►  its flips, angle, displacements, gamma, noise
                                  patch 1  draw = (seed, 3, 7, 1)  ──►  others

So they depend neither on the batch that a patch comes to lie in, nor on worker processes, nor on the device.
"""

from collections.abc import Sequence

import numpy as np

DRAW = "draw"


def stream(draw: Sequence[int]) -> np.random.Generator:
    """The generator of a patch, at its start; `draw` are its four numbers, each ≥ 0."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([int(number) for number in draw])))


def item_seed(seed: int, epoch: int, index: int) -> int:
    """A seed below 2³² for what is drawn before there are patches: slices of a volume, pasted cells, the crops."""
    return int(np.random.SeedSequence([seed, epoch, index]).generate_state(1)[0])
