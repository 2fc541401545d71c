"""Channels with mean 0 and standard deviation 1."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.data import MetaTensor
from monai.transforms import MapTransform
from torch import Tensor


class NormalizeChannelsd(MapTransform):
    """Each channel of images (C, …) less its mean and by its standard deviation, as float32; one of equal values becomes 0.

    The same to the last bit as MONAI's `NormalizeIntensityd` with `channel_wise`, which copies the meta data of an image 50
    times and takes twice as long for a slice.
    """

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with normalised images."""
        result = dict(data)
        for key in self.key_iterator(result):
            image: Any = torch.as_tensor(result[key])
            if isinstance(image, MetaTensor):
                result[key] = MetaTensor(_normalised(image.as_tensor()))
                result[key].copy_meta_from(image)
            else:
                result[key] = _normalised(image)
        return result


def _normalised(image: Tensor) -> Tensor:
    image = image.float()
    normalised = torch.empty_like(image)
    for channel, own in zip(image, normalised, strict=True):
        torch.sub(channel, channel.mean(), out=own)
        spread = channel.std(unbiased=False)
        own.div_(spread if spread else 1.0)
    return normalised
