"""A patient's slices joined while they come, a window of them at a time."""

from collections.abc import Sequence

import torch
from monai.data import MetaTensor
from torch import Tensor

from custom.inferers.across_slices import AcrossSlicesInferer, averaged, check_channels, keep_largest_object


class SliceJoin:
    """What an `AcrossSlicesInferer` makes of all slices of a patient in one batch, bit for bit, in a window of memory.

    A slice is finished when the next one is known. Where the largest object alone stays, none is before the last one is known;
    then the logits of the patient, but nothing else of its slices, are kept until then.

    Args:
        inferer: says what is done across slices.
        total: most slices that may come.
    """

    def __init__(self, inferer: AcrossSlicesInferer, total: int) -> None:
        self.inferer = inferer
        self.total = total
        self.count = 0
        self._last: Tensor | None = None  # two slices, of which the first is finished, or the only one so far
        self._kept: Tensor | None = None
        self._filled = 0

    def add(self, logits: Tensor) -> Sequence[Tensor]:
        """Takes logits (N, K, H, W) of the next slices, and gives those (K, H, W) that are finished.

        Raises:
            ValueError: if the largest object is asked of a network with more than one output channel.
        """
        logits = logits.as_tensor() if isinstance(logits, MetaTensor) else logits
        self.count += len(logits)
        if not self.inferer.across_slices:
            return self._finished(logits)
        known = logits if self._last is None else torch.cat([self._last, logits])
        first = 0 if self._last is None else len(self._last) - 1
        self._last = known[-2:].clone()
        return self._finished(self._averaged(known)[first:-1])

    def end(self) -> Sequence[Tensor]:
        """The finished logits (K, H, W) of all other slices; none will come."""
        rest: Sequence[Tensor] = []
        if self._last is not None:
            rest = self._finished(self._last if self.count == 1 else self._averaged(self._last)[-1:])
        if self._kept is None:
            return rest
        kept = self._kept[: self._filled]
        if self.count > 1:
            keep_largest_object(kept[:, 0].movedim(0, -1), self.inferer.threshold)
        return kept.unbind()

    def _averaged(self, logits: Tensor) -> Tensor:
        """Slices averaged with their neighbours, but for a last channel that is a variance."""
        if self.inferer.variance:
            return torch.cat([averaged(logits[:, :-1], 0), logits[:, -1:]], dim=1)
        return averaged(logits, 0)

    def _finished(self, logits: Tensor) -> Sequence[Tensor]:
        if not self.inferer.largest_object:
            return logits.unbind()
        check_channels(logits[:, :-1] if self.inferer.variance else logits)
        if self._kept is None:
            self._kept = logits.new_empty((self.total, *logits.shape[1:]))
        self._kept[self._filled : self._filled + len(logits)] = logits
        self._filled += len(logits)
        return []
