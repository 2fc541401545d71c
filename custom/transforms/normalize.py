"""Channels with mean 0 and standard deviation 1."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.data import MetaTensor
from monai.transforms import MapTransform
from torch import Tensor

from custom.transforms.exact_statistics import mean_and_spread, sums_of
from custom.transforms.meta import with_meta_of


class NormalizeChannelsd(MapTransform):
    """Each channel of images (C, …) less its mean and by its standard deviation, as float32; one of equal values becomes 0.

    As MONAI's `NormalizeIntensityd` with `channel_wise`, up to rounding: mean and deviation are those of `exact_statistics`,
    which an image larger than memory has, too. Where a value is NaN or infinite, all of its channel becomes NaN.
    """

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with normalised images."""
        result = dict(data)
        for key in self.key_iterator(result):
            image: Any = torch.as_tensor(result[key])
            if isinstance(image, MetaTensor):
                result[key] = with_meta_of(image, _normalised(image.as_tensor()))
            else:
                result[key] = _normalised(image)
        return result


def normalised_channel(channel: Tensor, mean: float, spread: float, out: Tensor | None = None) -> Tensor:
    """A float32 channel, or a part of one, less a mean and by a standard deviation; by 1 where that is 0.

    Args:
        channel: its values, in an array of any shape.
        mean: what is taken off.
        spread: the standard deviation, ≥ 0.
        out: a tensor of the channel's shape for the result, such as the channel itself; None for a new one.
    """
    # As tensors of float32, so that nothing depends on how torch converts a number.
    less = torch.sub(channel, torch.tensor(mean, dtype=torch.float32, device=channel.device), out=out)
    divisor = torch.tensor(spread, dtype=torch.float32, device=channel.device)
    return less.div_(divisor if divisor else torch.ones_like(divisor))


def _normalised(image: Tensor) -> Tensor:
    # Each channel in one piece: of a picture whose channels are interleaved, all else takes longer.
    normalised = torch.empty(image.shape, dtype=torch.float32, device=image.device)
    for channel, own in zip(image, normalised, strict=True):
        own.copy_(channel)
        normalised_channel(own, *_statistics(own), out=own)
    return normalised


def _statistics(channel: Tensor) -> tuple[float, float]:
    try:
        return mean_and_spread(sums_of(channel.cpu().numpy()))
    except ValueError:
        return torch.nan, torch.nan
