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
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrize import is_parametrized

from custom.inferers.context import unwrapped
from custom.inferers.cutting import LONE_IMAGE_VALUES
from custom.inferers.tiles import Context
from custom.networks import DoubleConv, UNet, UpStep, valid_margin

STRIP_VALUES = 2560 * 1024  # of the first level of a strip; measured to be as fast as any, at 1024 to 8192 px of width
FEWEST_ROWS, MOST_ROWS = 16, 96
SPATIAL = nn.Conv2d | nn.ConvTranspose2d | nn.MaxPool2d | nn.Upsample
LEAST_VALUES = 2**23  # of the first level of an image; smaller ones are as fast in one pass

Strips = Iterable[tuple[Tensor, bool]]  # (N, C, rows, W), and whether it is the last


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
    """Whether all that looks at neighbouring pixels is as `UNet` made it; what follows a convolution may be anything else."""
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
    return [part.extra_repr() for part in network.modules() if isinstance(part, SPATIAL)]


def strip_rows(values: int) -> int:
    """Most rows of a strip of which the first level has so many values in a row."""
    return min(max(STRIP_VALUES // values, FEWEST_ROWS), MOST_ROWS)


def stream(network: UNet, strips: Strips) -> Iterator[Tensor]:
    """Strips of the logits of a channels-last image given in strips, as their rows are ready; joined, `network(image)`.

    With padding, an image whose sides are no multiples of the stride is extended as in `UNet`, and the logits are not cropped.
    """
    fitted = _extended(strips, network.stride) if network.padding else strips
    for x, _ in _level(network, 0, fitted):
        yield _run(network.head, x)


def _extended(strips: Strips, stride: int) -> Iterator[tuple[Tensor, bool]]:
    height = 0
    for x, last in strips:
        height += x.shape[2]
        yield functional.pad(x, [0, -x.shape[3] % stride, 0, -height % stride if last else 0], mode="replicate"), last


def _level(network: UNet, level: int, strips: Strips) -> Iterator[tuple[Tensor, bool]]:
    """What a level and all below it make of the level's input."""
    padding = int(network.padding)
    encoder = list(cast(DoubleConv, network.encoder[level]))
    features = _convolved_twice(encoder, _windows(strips, padding), padding)
    if level == network.depth - 1:
        yield from features
        return
    skips: deque[Tensor] = deque()
    step = cast(UpStep, network.decoder[network.depth - 2 - level])
    deeper = _level(network, level + 1, _pooled(network.pool, _noted(features, skips)))
    unused = 0 if padding else 2 * valid_margin(network.depth - 1 - level)
    yield from _convolved_twice(list(step.convs), _joined_windows(step.up, skips, deeper, unused, padding), padding)


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


def _joined_windows(
    up: nn.Module, skips: deque[Tensor], strips: Strips, unused: int, padding: int
) -> Iterator[tuple[Tensor, bool]]:
    """Windows of upsampled strips behind the channels of the skip, whose first `unused` rows have no counterpart."""
    held: Tensor | None = None
    for x, last in strips:
        _taken(skips, unused)
        unused = 0
        x = _run(up, x)
        parts = x.tensor_split(-(-x.shape[2] // strip_rows(x[:, :, 0].numel())), dim=2)
        for part in parts:
            n, channels, rows, width_px = part.shape
            window, inside = _window(held, part, (n, 2 * channels, rows, width_px), padding, last and part is parts[-1])
            inside[:, channels:] = part
            filled = 0
            for skip in _taken(skips, rows):
                left = (skip.shape[3] - width_px) // 2
                inside[:, :channels, filled : filled + skip.shape[2]] = skip[..., left : left + width_px]
                filled += skip.shape[2]
            held = window[:, :, -2:].clone()
            if window.shape[2] >= 3:
                yield window, last and part is parts[-1]


def _taken(skips: deque[Tensor], rows: int) -> list[Tensor]:
    """The next `rows` rows of the queue, which lets go of them."""
    taken = []
    while rows:
        skip = skips.popleft()
        taken.append(skip[:, :, :rows])
        if skip.shape[2] > rows:
            skips.appendleft(skip[:, :, rows:])
        rows -= taken[-1].shape[2]
    return taken


def _windows(strips: Strips, padding: int) -> Iterator[tuple[Tensor, bool]]:
    """Strips with the two rows above them, for a 3×3 convolution."""
    held: Tensor | None = None
    for x, last in strips:
        window, inside = _window(held, x, tuple(x.shape), padding, last)
        inside.copy_(x)
        held = window[:, :, -2:].clone()
        if window.shape[2] >= 3:
            yield window, last


def _window(held: Tensor | None, like: Tensor, shape: tuple[int, ...], padding: int, last: bool) -> tuple[Tensor, Tensor]:
    """A tensor of the held rows and of room for a strip of that shape, and the room; rows of zeros at the image's ends."""
    above, below = padding if held is None else held.shape[2], padding * last
    n, channels, rows, width_px = shape
    # A tensor of one channel is channels-last only if it is made so.
    window = torch.empty(
        (n, channels, above + rows + below, width_px), dtype=like.dtype, device=like.device, memory_format=torch.channels_last
    )
    window[:, :, :above] = 0 if held is None else held
    window[:, :, above + rows :] = 0
    return window, window[:, :, above : above + rows]


def _convolved_twice(layers: list[nn.Module], windows: Strips, padding: int) -> Iterator[tuple[Tensor, bool]]:
    half = len(layers) // 2
    return _convolved(layers[half:], _windows(_convolved(layers[:half], windows), padding))


def _convolved(layers: list[nn.Module], windows: Strips) -> Iterator[tuple[Tensor, bool]]:
    """A 3×3 convolution of windows, which have its padding above and below, and what follows it."""
    conv = copy(cast(nn.Conv2d, layers[0]))
    conv.padding = (0, int(conv.padding[1]))
    for x, last in windows:
        x = _run(conv, x)
        for other in layers[1:]:
            x = other(x)
        yield x, last


def _run(layer: nn.Module, x: Tensor) -> Tensor:
    """The layer's output of a strip; of a small lone one beside a copy, since torch would round it otherwise."""
    if len(x) == 1 and x.numel() <= LONE_IMAGE_VALUES:
        return cast(Tensor, layer(torch.cat([x, x])))[:1]
    return cast(Tensor, layer(x))
