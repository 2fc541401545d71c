"""Which networks and images `custom.inferers.strips` computes as one pass does, and sooner."""

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from custom.inferers.context import unwrapped
from custom.inferers.tiles import Context
from custom.networks import DoubleConv, UNet

POINTWISE = {  # layers that may stand in for those of `UNet`, since they look at one pixel
    nn.BatchNorm2d, nn.Dropout, nn.Dropout2d, nn.Identity, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.CELU, nn.SELU,
    nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish, nn.Softplus, nn.Sigmoid, nn.Tanh,
}  # fmt: skip
LEAST_VALUES = 2**23  # values of an image's first level; smaller images are as fast in one pass


def can_stream(network: Callable[..., Any], slices: Tensor, context: Context) -> bool:
    """Whether `stream` computes what the network does, and sooner: a `UNet` on a CPU, and images that leave its cache.

    Not with gradients, with a part in training mode, with hooks or other convolutions, or with bilinear upsampling, which mixes
    rows across strips. Of one level, or with one channel, torch rounds strips otherwise.
    """
    network = unwrapped(network)
    if type(network) is not UNet or torch.is_grad_enabled() or _has_global_hooks():
        return False
    if any(map(_is_changed, network.modules())):
        return False
    height, width_px = slices.shape[-2:]
    return (
        network.depth > 1
        and network.head.in_channels > 1
        and not any(tensor.device.type != "cpu" for tensor in (slices, *network.parameters()))
        and context.stride % network.stride == 0
        and width_px >= context.least
        and height * width_px * network.head.in_channels >= LEAST_VALUES
        and _has_its_layers(network)
    )


def _is_changed(module: nn.Module) -> bool:
    """Whether a part does something else in strips than in one pass."""
    hooked = module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module) or is_parametrized(module)
    return bool(module.training or hooked or getattr(module, "mode", "nearest") != "nearest")


def _has_global_hooks() -> bool:
    every = nn.modules.module
    return bool(every._global_forward_hooks or every._global_forward_pre_hooks)


def _has_its_layers(network: UNet) -> bool:
    """Whether all layers but pointwise ones are as `UNet` made them."""
    blocks = [list(cast(DoubleConv, block)) for block in (*network.encoder, *(step.convs for step in network.decoder))]
    if not all(isinstance(block[start], nn.Conv2d) for block in blocks for start in (0, len(block) // 2)):
        return False
    transposed, batch_norm = isinstance(network.decoder[0].up, nn.ConvTranspose2d), blocks[0][0].bias is None
    with torch.device("meta"):
        made = UNet(
            network.in_channels, network.head.out_channels, network.head.in_channels, network.depth, network.padding,
            batch_norm, "transposed" if transposed else "nearest",
        )  # fmt: skip
    return _neighbourhoods(network) == _neighbourhoods(made)


def _neighbourhoods(network: UNet) -> list[str]:
    """Kinds and settings of all layers that are not pointwise."""
    layers = (part for part in network.modules() if not any(part.children()) and type(part) not in POINTWISE)
    return [f"{type(layer).__name__}({layer.extra_repr()})" for layer in layers]
