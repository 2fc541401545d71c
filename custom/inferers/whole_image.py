"""Inference on whole images in one pass, fit for training."""

from collections.abc import Callable
from typing import Any

import torch
from monai.inferers import SimpleInferer
from torch import Tensor

from custom.inferers.tiles import mirrored
from custom.networks.sizes import next_valid_sizes, valid_margin


def fast_bfloat16_cpu() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware (AMX, or AVX-512 BF16); elsewhere bfloat16 on CPU gains nothing."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


class WholeImageInferer(SimpleInferer):
    """Logits (N, K, H, W) of whole images (N, C, H, W) in one pass; of volumes (N, C, H, W, D) slice by slice.

    On CPU the network runs under bfloat16 autocast where that is fast, with float32 logits; MONAI's engines offer mixed
    precision on CUDA only (their `amp`). A network without padding is given the context that it eats, mirrored at the border.

    Args:
        padding: whether the network pads, and so returns logits as large as the image.
        depth: levels of the network, which decide the margin of one without padding.
        bfloat16: whether to use bfloat16 on CPU; by default where `fast_bfloat16_cpu()`.
    """

    def __init__(self, padding: bool = True, depth: int = 5, bfloat16: bool | None = None) -> None:
        super().__init__()
        self.padding = padding
        self.depth = depth
        self.bfloat16 = fast_bfloat16_cpu() if bfloat16 is None else bfloat16

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`, in float32 on CPU and in the engine's precision elsewhere."""
        if inputs.dim() == 5:
            return torch.stack([self(image, network, *args, **kwargs) for image in inputs.unbind(-1)], dim=-1)
        if self.padding:
            return self._predict(inputs, network, *args, **kwargs)
        height, width = inputs.shape[-2:]
        rows, columns = (self._mirrored(size).to(inputs.device) for size in (height, width))
        logits = self._predict(inputs[..., rows, :][..., columns], network, *args, **kwargs)
        return logits[..., :height, :width]

    def _predict(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        if inputs.device.type != "cpu" or not self.bfloat16:
            return network(inputs, *args, **kwargs)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return network(inputs, *args, **kwargs).float()

    def _mirrored(self, size_px: int) -> Tensor:
        """Indices of an axis with its margin before it, and after it enough to make a size that the network takes."""
        margin = valid_margin(self.depth)
        total = next_valid_sizes(size_px + 2 * margin, self.depth, number=1)[0]
        return torch.tensor(mirrored(-margin, total - margin, size_px))
