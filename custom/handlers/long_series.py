"""The logits of a long series, of which an evaluator sees a window at a time."""

from collections import deque
from typing import Any

import torch
from monai.engines import SupervisedEvaluator
from torch import Tensor

from custom.inferers.across_slices import AcrossSlicesInferer
from custom.inferers.slice_join import SliceJoin
from custom.transforms.meta import plain


class LongSeries:
    """What an evaluator's network and its `AcrossSlicesInferer` make of a series, bit for bit as of all images at once.

    Args:
        engine: the evaluator.
        total: most images that may come.
        whole: whether no image is finished before all are.

    Attributes:
        finished: logits (K, H, W) of the next images, in their order, to be taken from the left.
    """

    def __init__(self, engine: SupervisedEvaluator, total: int, whole: bool = False) -> None:
        inferer: Any = engine.inferer
        self.engine = engine
        self.inferer: AcrossSlicesInferer = inferer
        self.join = SliceJoin(inferer, total, whole)
        self.finished: deque[Tensor] = deque()

    def add(self, images: Tensor) -> None:
        """Predicts the next images (N, C, H, W), N ≥ 1."""
        engine, images = self.engine, plain(images)
        # torch rounds a lone small image unlike those of a batch, and this one belongs to a batch.
        given = torch.cat([images, images]) if len(images) == 1 else images
        with engine.mode(engine.network), torch.autocast("cuda", enabled=engine.amp, **engine.amp_kwargs):
            logits: Any = self.inferer.inferer(given.to(engine.state.device), engine.network)
            self.finished += self.join.add(logits[: len(images)])

    def end(self) -> Tensor:
        """The logits (N, K, H, W) of those images that were not finished before; no image will come."""
        logits = self.join.end()
        self.finished += logits
        return logits
