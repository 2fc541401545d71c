"""Steps that take sharpness from the patches drawn for them, in place; see `grey_values`."""

from dataclasses import dataclass

import numpy as np
import torch
from monai.networks.layers.convutils import gaussian_1d
from torch import Tensor
from torch.nn.functional import interpolate, pad

from custom.transforms.batch.grey_step import Drawn, Limits


@dataclass(frozen=True)
class LowResolution:
    """`RandSimulateLowResolutiond`: scaled down by a zoom and up again."""

    prob: float
    zoom: Limits
    downsample_mode: str
    upsample_mode: str

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """The zoom."""
        return rng.uniform(*self.zoom, size=1)

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images, one after another, since each becomes smaller by its own zoom."""
        size = images.shape[2:]
        for image, zoom in zip(images[:, None], drawn[:, 0], strict=True):
            small = interpolate(image, [max(1, round(side * zoom)) for side in size], mode=self.downsample_mode)
            image.copy_(interpolate(small, size, mode=self.upsample_mode))


@dataclass(frozen=True)
class Smoothing:
    """`RandGaussianSmoothd`: a Gaussian of its own width for rows and for columns; beyond the image there is 0."""

    prob: float
    sigma_x: Limits
    sigma_y: Limits
    approx: str

    def draw(self, rng: np.random.Generator, channels: int) -> Drawn:
        """Standard deviations in pixels, of rows and of columns."""
        return np.array([rng.uniform(*self.sigma_x), rng.uniform(*self.sigma_y)])

    def apply(self, images: Tensor, drawn: Drawn) -> None:
        """Changes images."""
        for axis in (2, 3):
            kernels = [gaussian_1d(torch.tensor(sigma), truncated=4.0, approx=self.approx) for sigma in drawn[:, axis - 2]]
            reach = max(len(kernel) for kernel in kernels) // 2
            stacked = torch.stack([pad(kernel, [reach - len(kernel) // 2] * 2) for kernel in kernels]).to(images.device)
            _convolve(images, stacked, axis)


def _convolve(images: Tensor, kernels: Tensor, axis: int) -> None:
    """Each image with its own kernel (n, taps), along an axis; sums of shifted images are faster than small convolutions."""
    size, reach = images.shape[axis], kernels.shape[1] // 2
    around = pad(images, [0, 0, reach, reach] if axis == 2 else [reach, reach])
    images.zero_()
    for tap, weights in enumerate(kernels.T):
        images.addcmul_(around.narrow(axis, tap, size), weights[:, None, None, None])
