"""Steps that change grey values, of the patches drawn for them, in place.

Each is MONAI's transform of that name, with the same draws from the same ranges; images are (n, C, H, W) in float32.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from custom.transforms.batch.grey_step import Drawn, Limits


@dataclass(frozen=True)
class Contrast:
    """`RandAdjustContrastd`: grey values, from lowest to highest, to the power of gamma."""

    prob: float
    gamma: Limits
    invert_image: bool
    retain_stats: bool

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """Gamma."""
        return rng.uniform(*self.gamma, size=1)

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images."""
        if self.invert_image:
            images.neg_()
        before = _statistics(images) if self.retain_stats else None
        lowest = images.amin((1, 2, 3), keepdim=True)
        spread = images.amax((1, 2, 3), keepdim=True) - lowest
        images.sub_(lowest).div_(spread + 1e-7).pow_(_column(drawn, images)).mul_(spread).add_(lowest)
        if before:
            mean, deviation = _statistics(images)
            images.sub_(mean).mul_(before[1] / (deviation + 1e-8)).add_(before[0])
        if self.invert_image:
            images.neg_()


@dataclass(frozen=True)
class MissingChannels:
    """`RandMissingChannelsd`: each channel but `kept` is 0, or `kept` once more, in a share of the patches."""

    prob: float
    kept: int
    missing_prob: float
    repeat_prob: float = 0

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """By what each channel is multiplied, 1 or 0, and then what share of `kept` is added to each; a lone one stays.

        Raises:
            ValueError: if an image of several channels has no channel `kept`.
        """
        if channels > 1 and not 0 <= self.kept < channels:
            raise ValueError(f"kept must lie in 0..{channels - 1}, the channels of the image, got {self.kept!r}")
        missing = (rng.random(channels) < self.missing_prob) & (np.arange(channels) != self.kept)
        missing &= channels > 1
        repeat = bool(self.repeat_prob) and rng.random() < self.repeat_prob
        return np.concatenate([1.0 - missing, 1.0 * (missing & repeat)])

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images."""
        stay, repeated = np.split(drawn, 2, axis=1)
        images.mul_(_column(stay, images))
        if repeated.any():
            images.add_(images[:, self.kept, None] * _column(repeated, images))


@dataclass(frozen=True)
class Scaling:
    """`RandScaleIntensityd`: times 1 + a factor, of the image or of each channel."""

    prob: float
    factors: Limits
    channel_wise: bool

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """What is multiplied by."""
        return 1 + rng.uniform(*self.factors, size=channels if self.channel_wise else 1)

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images."""
        images.mul_(_column(drawn, images))


@dataclass(frozen=True)
class Shifting:
    """`RandShiftIntensityd`: plus an offset, of the image or of each channel."""

    prob: float
    offsets: Limits
    channel_wise: bool

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """What is added."""
        return rng.uniform(*self.offsets, size=channels if self.channel_wise else 1)

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images."""
        images.add_(_column(drawn, images))


@dataclass(frozen=True)
class Noise:
    """`RandGaussianNoised`: normal numbers, with a deviation drawn up to `std` if so, drawn on the CPU for all devices."""

    prob: float
    mean: float
    std: float
    sample_std: bool

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """The deviation, and the seed of the pixels' numbers."""
        share = rng.random()
        return np.array([self.std * (share if self.sample_std else 1), rng.integers(2**48)])

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images."""
        for image, (std, seed) in zip(images, drawn, strict=True):
            numbers = torch.randn(image.shape, generator=torch.Generator().manual_seed(int(seed)))
            image.add_(numbers.mul_(std).add_(self.mean).to(images.device, non_blocking=True))


def _column(drawn: Drawn, images: Tensor) -> Tensor:
    """(n, k) as (n, k, 1, 1), on the images' device."""
    return torch.from_numpy(drawn.astype(np.float32)).to(images.device)[:, :, None, None]


def _statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each image, (n, 1, 1, 1); faster than `std`, which goes through an image in one pass."""
    mean = images.mean((1, 2, 3), keepdim=True)
    length = torch.linalg.vector_norm((images - mean).flatten(1), dim=1)
    return mean, (length / max(images[0].numel() - 1, 1) ** 0.5)[:, None, None, None]
