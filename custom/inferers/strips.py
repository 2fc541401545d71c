"""A U-Net computed strip by strip, from top to bottom: bit for bit what it makes of the whole image.

Each layer keeps the few rows that its next strip still needs, rather than being given a margin to compute twice::

    strips of the image ─► conv ─► conv ─┬─► pool ─► deeper level ─► up ─┬─► conv ─► conv ─► strips of the logits
                          holds 2  holds 2   holds 1                     │   holds 2  holds 2
                                         └── skip: holds the rows that the deeper level is behind by

All that is in use fits the cache of a CPU, which one pass over a large image does not.

Source: Alwani, Chen, Ferdman and Milder (2016), Fused-Layer CNN Accelerators, doi:10.1109/MICRO.2016.7783725, who hold rows
between layers for contracting networks; here also across the skip connections.
"""

from collections import deque
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrize import is_parametrized

from custom.inferers.context import unwrapped
from custom.inferers.tiles import Context
from custom.inferers.windows import Strips, joined_windows, run, windows_of
from custom.networks import DoubleConv, UNet, UpStep, valid_margin

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


def stream(network: UNet, strips: Strips) -> Iterator[Tensor]:
    """Strips of the logits of a channels-last image given in strips, as their rows are ready; joined, `network(image)`.

    With padding, an image whose sides are no multiples of the stride is extended as in `UNet`, and the logits are not cropped.
    """
    fitted = _extended(strips, network.stride) if network.padding else strips
    for x, _ in _level(network, 0, fitted):
        yield run(network.head, x)


def _extended(strips: Strips, stride: int) -> Iterator[tuple[Tensor, bool]]:
    height = 0
    for x, last in strips:
        height += x.shape[2]
        yield functional.pad(x, [0, -x.shape[3] % stride, 0, -height % stride if last else 0], mode="replicate"), last


def _level(network: UNet, level: int, strips: Strips) -> Iterator[tuple[Tensor, bool]]:
    """What a level and all below it make of the level's input."""
    padding = int(network.padding)
    encoder = list(cast(DoubleConv, network.encoder[level]))
    features = _convolved_twice(encoder, windows_of(strips, padding), padding)
    if level == network.depth - 1:
        yield from features
        return
    skips: deque[Tensor] = deque()
    step = cast(UpStep, network.decoder[network.depth - 2 - level])
    deeper = _level(network, level + 1, _pooled(network.pool, _noted(features, skips)))
    unused = 0 if padding else 2 * valid_margin(network.depth - 1 - level)
    yield from _convolved_twice(list(step.convs), joined_windows(step.up, skips, deeper, unused, padding), padding)


def _noted(strips: Strips, skips: deque[Tensor]) -> Iterator[tuple[Tensor, bool]]:
    for x, last in strips:
        skips.append(x)
        yield x, last


def _pooled(pool: nn.Module, strips: Strips) -> Iterator[tuple[Tensor, bool]]:
    held: list[Tensor] = []
    for x, last in strips:
        x = torch.cat([*held, x], dim=2) if held else x
        even = x.shape[2] // 2 * 2
        held = [x[:, :, even:].clone()] if even < x.shape[2] else []
        if even:
            yield pool(x[:, :, :even]), last


def _convolved_twice(layers: list[nn.Module], windows: Strips, padding: int) -> Iterator[tuple[Tensor, bool]]:
    half = len(layers) // 2
    between = windows_of(_convolved(layers[:1], windows), padding, layers[1:half])
    return _convolved(layers[half:], between)


def _convolved(layers: list[nn.Module], windows: Strips) -> Iterator[tuple[Tensor, bool]]:
    """A 3×3 convolution of windows, which have its padding above and below, and what follows it."""
    conv = copy(cast(nn.Conv2d, layers[0]))
    conv.padding = (0, int(conv.padding[1]))
    for x, last in windows:
        x = run(conv, x)
        for other in layers[1:]:
            x = other(x)
        yield x, last
