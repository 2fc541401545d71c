"""Random draws that depend on the seed and the number of the epoch alone."""

from typing import Any

import torch
from ignite.engine import Engine, Events
from monai.data.utils import set_rnd


class EpochSeed:
    """Seeds torch and the dataset's random transforms, and tells the dataset the epoch, at the start of each epoch.

    An epoch's order of items, augmentation and dropout then repeat whether or not the run was interrupted before it.

    Args:
        seed: the run's seed; epoch e is seeded with `seed + e`.
        dataset: gets the number as its `epoch`, by which a `StoredSlices` draws. The random transforms of others are seeded,
            for loaders without worker processes; workers draw from torch's seed.
    """

    def __init__(self, seed: int, dataset: Any) -> None:
        self.seed = seed
        self.dataset = dataset

    def attach(self, engine: Engine) -> None:
        """Act on a trainer."""
        engine.add_event_handler(Events.EPOCH_STARTED, self)

    def __call__(self, engine: Engine) -> None:
        """Seed for the epoch that starts."""
        torch.manual_seed(self.seed + engine.state.epoch)
        set_rnd(self.dataset, self.seed + engine.state.epoch)
        self.dataset.epoch = engine.state.epoch
