"""One channel of grey from images of any number of channels."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from torch import Tensor

# Rec. ITU-R BT.601, as Pillow and OpenCV make grey from red, green and blue.
LUMA = (0.299, 0.587, 0.114)


class Greyd(MapTransform):
    """Images (1, H, W) in place of (1, H, W) or (3, H, W): red, green and blue become their luma, equal ones stay as they are.

    Args:
        keys: keys of the images, channels first.
        channels: how many the network takes; images stay as they are unless it is 1, so that a config can switch it.
        allow_missing_keys: whether a key may be absent.

    Raises:
        ValueError: in a call, if an image has neither one nor three channels.
    """

    def __init__(self, keys: KeysCollection, channels: int = 1, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)
        self.channels = channels

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with one channel each."""
        result = dict(data)
        for key in self.key_iterator(result) if self.channels == 1 else ():
            result[key] = _grey(result[key])
        return result


def _grey(image: Tensor) -> Tensor:
    if len(image) == 1:
        return image
    if len(image) != 3:
        raise ValueError(f"an image must have 1 channel, or 3 of red, green and blue, got {len(image)}")
    if torch.equal(image[0], image[1]) and torch.equal(image[0], image[2]):
        return image[:1]
    return luma(image)


def luma(image: Tensor) -> Tensor:
    """The luma (1, …) of red, green and blue (3, …)."""
    weights = torch.tensor(LUMA, dtype=torch.float32, device=image.device).view(3, *(1,) * (image.dim() - 1))
    return (image * weights).sum(dim=0, keepdim=True)
