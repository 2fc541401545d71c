"""A patient's slices joined while they come, a window of them at a time."""

import torch
from monai.data import MetaTensor
from torch import Tensor

from custom.inferers.across_slices import AcrossSlicesInferer, check_channels
from custom.inferers.largest_object import averaged, keep_largest_object


class SliceJoin:
    """What an `AcrossSlicesInferer` makes of all slices of a patient in one batch, bit for bit, in a window of memory.

    A slice is finished when the next one is known. Where the largest object alone stays, none is before the last one is known;
    then the logits of the patient, but nothing else of its slices, are kept until then.

    Args:
        inferer: says what is done across slices.
        total: most slices that may come.
        whole: whether no slice is finished before the last one is known.
    """

    def __init__(self, inferer: AcrossSlicesInferer, total: int, whole: bool = False) -> None:
        self.inferer = inferer
        self.total = total
        self.whole = whole or inferer.largest_object
        self.count = 0
        self._last: Tensor | None = None  # two slices, of which the first is finished, or the only one so far
        self._kept: Tensor | None = None
        self._filled = 0

    def add(self, logits: Tensor) -> Tensor:
        """Takes logits (N, K, H, W) of the next slices, and gives those (M, K, H, W) that are finished, of earlier slices too.

        Raises:
            ValueError: if the largest object is asked of a network with more than one output channel.
        """
        logits = logits.as_tensor() if isinstance(logits, MetaTensor) else logits
        self.count += len(logits)
        if not self.inferer.across_slices or self.inferer.largest_object:
            return self._finished(logits)
        known = logits if self._last is None else torch.cat([self._last, logits])
        first = 0 if self._last is None else len(self._last) - 1
        self._last = known[-2:].clone()
        return self._finished(self._averaged(known)[first:-1])

    def end(self) -> Tensor:
        """The finished logits (M, K, H, W) of all other slices; none will come."""
        rest = torch.empty(0)
        if self._last is not None:
            rest = self._finished(self._last if self.count == 1 else self._averaged(self._last)[-1:])
        if self._kept is None:
            return rest
        kept = self._kept[: self._filled]
        if self.inferer.largest_object and self.count > 1:
            keep_largest_object(kept[:, 0].movedim(0, -1), self.inferer.threshold, self.inferer.across_slices)
        return kept

    def _averaged(self, logits: Tensor) -> Tensor:
        """Slices averaged with their neighbours, but for a last channel that is a variance."""
        if self.inferer.variance:
            return torch.cat([averaged(logits[:, :-1], 0), logits[:, -1:]], dim=1)
        return averaged(logits, 0)

    def _finished(self, logits: Tensor) -> Tensor:
        if not self.whole:
            return logits
        if self.inferer.largest_object:
            check_channels(logits[:, :-1] if self.inferer.variance else logits)
        if self._kept is None:
            self._kept = logits.new_empty((self.total, *logits.shape[1:]))
        self._kept[self._filled : self._filled + len(logits)] = logits
        self._filled += len(logits)
        return logits[:0]
