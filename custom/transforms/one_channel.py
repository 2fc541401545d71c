"""One of the sequences of an image, for networks that take it alone."""

from collections.abc import Hashable, Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform


class OneChanneld(MapTransform):
    """The channel `channel`, (1, H, W) or (1, H, W, D), of images with `num_channels`; those with one pass as they are.

    Args:
        keys: keys of the images, channels first.
        channel: which one, from 0.
        num_channels: channels of an image that it is taken from.
        allow_missing_keys: whether a key may be absent.

    Raises:
        ValueError: if `channel` is out of range, or (in a call) if an image has another number of channels.
    """

    def __init__(self, keys: KeysCollection, channel: int, num_channels: int, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)
        if not 0 <= channel < num_channels:
            raise ValueError(f"channel must lie in 0..{num_channels - 1}, got {channel!r}")
        self.channel = channel
        self.num_channels = num_channels

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with one channel."""
        result = dict(data)
        for key in self.key_iterator(result):
            channels = len(result[key])
            if channels not in (1, self.num_channels):
                raise ValueError(
                    f"wrong channel count {channels}, expected 1 or {self.num_channels}; take images like those of the training"
                )
            if channels > 1:
                result[key] = result[key][self.channel : self.channel + 1]
        return result
