"""A network on a coarser grid than the image's."""

from collections.abc import Callable
from typing import Any

import torch
from monai.inferers import Inferer
from torch import Tensor
from torch.nn.functional import avg_pool2d, avg_pool3d, interpolate, pad

# Up to so many rows and columns together, and of four channels that lie side by side, torch adds in another order on a CPU.
FEW_PX = 128


class DownsamplingInferer(Inferer):
    """Logits of an image whose pixels were averaged by squares, interpolated bilinearly back to the image's own.

    A network of depth 5 sees some 190 px of its input; with a `factor` of 2 it sees 380 px of the image and computes a quarter
    of its pixels. In a training the loss still compares the image's own pixels, so that outlines may lie between the grid's.
    On a GPU the gradient of the interpolation is not the same in each run, by rounding.

    Args:
        inferer: what predicts on the coarser grid, such as a `WholeImageInferer` or an `OverlapTileInferer`.
        factor: side in pixels of the squares, ≥ 1; 1 is `inferer` itself. At the image's end they may be smaller.

    Raises:
        ValueError: if `factor` is below 1.
    """

    def __init__(self, inferer: Inferer, factor: int = 1) -> None:
        super().__init__()
        if factor < 1:
            raise ValueError(f"factor must be at least 1, got {factor!r}")
        self.inferer = inferer
        self.factor = factor

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`, (N, C, H, W) or (N, C, H, W, D), of which slices are independent.

        Raises:
            ValueError: if the logits are smaller than what the network is given.
        """
        if self.factor == 1:
            return self.inferer(inputs, network, *args, **kwargs)
        volumes = inputs.dim() == 5
        height, width = inputs.shape[2:4]
        square = (min(self.factor, height), min(self.factor, width))  # torch refuses volumes narrower than the factor
        coarse = avg_pool3d(inputs, (*square, 1), ceil_mode=True) if volumes else avg_pool2d(inputs, square, ceil_mode=True)
        logits = self.inferer(coarse, network, *args, **kwargs)
        if logits.shape[2:] != coarse.shape[2:]:
            raise ValueError(
                f"downsampling wants logits as large as what the network is given, {tuple(coarse.shape[2:])}, got "
                f"{tuple(logits.shape[2:])}; set downsampling to 1"
            )
        return enlarged(logits, self.factor)[:, :, :height, :width]


def enlarged(logits: Tensor, factor: int) -> Tensor:
    """Logits (N, K, H, W) or (N, K, H, W, D) interpolated bilinearly to `factor` times as many rows and columns.

    A part of the logits, with a pixel around it, gives bit for bit the same part, and a volume its slices. torch's
    `interpolate` rounds a pixel's weights by its place, but for powers of two.
    """
    if logits.dim() == 5:  # trilinear interpolation adds in another order, to different last bits
        slices = logits.movedim(-1, 1)
        large = enlarged(slices.flatten(0, 1).contiguous(), factor)
        return large.reshape(*slices.shape[:2], *large.shape[1:]).movedim(1, -1)
    if factor & (factor - 1) == 0:
        columns = logits.shape[3]
        added = max(FEW_PX // factor + 1 - logits.shape[2] - columns, 0)
        padded = pad(logits.contiguous(), (0, added, 0, 0), mode="replicate") if added else logits.contiguous()
        return interpolate(padded, scale_factor=factor, mode="bilinear")[..., : columns * factor]
    return _enlarged_along(_enlarged_along(logits, factor, 2), factor, 3)


def _enlarged_along(logits: Tensor, factor: int, axis: int) -> Tensor:
    size = logits.shape[axis]
    edges = torch.arange(-1, size + 1, device=logits.device).clamp(0, size - 1)
    padded = logits.index_select(axis, edges)
    phases = []
    for phase in range(factor):
        place = (phase + 0.5) / factor + 0.5  # in the padded logits
        first, weight = int(place), place % 1
        phases.append(padded.narrow(axis, first, size) * (1 - weight) + padded.narrow(axis, first + 1, size) * weight)
    return torch.stack(phases, axis + 1).flatten(axis, axis + 1)
