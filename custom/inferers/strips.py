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
from collections.abc import Iterator
from copy import copy
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from custom.inferers.windows import Strips, joined_windows, run, windows_of
from custom.networks import DoubleConv, UNet, UpStep, valid_margin


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
