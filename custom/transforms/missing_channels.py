"""Images with sequences missing, so that a network learns to do without them."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from monai.config import KeysCollection
from monai.transforms import MapTransform, RandomizableTransform


class RandMissingChannelsd(RandomizableTransform, MapTransform):
    """Takes channels away; each may be missing but `kept`, from which the labels were made.

    A missing channel is 0, its mean after normalisation, or `kept` once more, as the LGG set fills in for a missing sequence.

    Args:
        keys: keys of images, (C, H, W) or (C, H, W, D).
        kept: the channel that is always there, from 0; an image of one channel is left as it is.
        prob: share of images that may lack channels.
        missing_prob: share of the other channels that these lack.
        repeat_prob: share of the images that lack channels in which `kept` stands in their place, in all of them.

    Raises:
        ValueError: in a call, if an image of several channels has no channel `kept`.
    """

    def __init__(
        self, keys: KeysCollection, kept: int, prob: float = 0.1, missing_prob: float = 0.5, repeat_prob: float = 0
    ) -> None:
        MapTransform.__init__(self, keys)
        RandomizableTransform.__init__(self, prob)
        self.kept = kept
        self.missing_prob = missing_prob
        self.repeat_prob = repeat_prob

    def randomize(self, data: int) -> None:
        """Draw which of that many channels are missing."""
        super().randomize(None)
        self.missing = np.flatnonzero((self.R.random(data) < self.missing_prob) & (np.arange(data) != self.kept))
        self.repeat = bool(self.repeat_prob) and self.R.random() < self.repeat_prob

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items; their images may lack channels, the same ones for all keys."""
        result = dict(data)
        channels = max(len(result[key]) for key in self.key_iterator(result))
        if channels == 1:
            return result
        if not 0 <= self.kept < channels:
            raise ValueError(f"kept must lie in 0..{channels - 1}, the channels of the image, got {self.kept!r}")
        self.randomize(channels)
        if self._do_transform:
            for key in self.key_iterator(result):
                image = result[key]
                result[key] = image.clone()
                result[key][self.missing] = image[self.kept] if self.repeat else 0
        return result
