"""Strips of an image with the rows above them that a 3×3 convolution needs, held from strip to strip."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from custom.inferers.cutting import LONE_IMAGE_VALUES

STRIP_VALUES = 2560 * 1024  # values of a strip's first level: as fast as any that was measured, 1024 to 8192 px wide
FEWEST_ROWS, MOST_ROWS = 16, 96

Strips = Iterable[tuple[Tensor, bool]]  # (N, C, rows, W), and whether it is the last


def strip_rows(values: int) -> int:
    """The most rows that a strip may have if a row has so many values at the first level of the network."""
    return min(max(STRIP_VALUES // values, FEWEST_ROWS), MOST_ROWS)


def windows_of(strips: Strips, padding: int, layers: Sequence[nn.Module] = ()) -> Iterator[tuple[Tensor, bool]]:
    """What layers make of strips, with the two rows above, for a 3×3 convolution."""
    held: Tensor | None = None
    for x, last in strips:
        window, inside = _window(held, x, tuple(x.shape), padding, last)
        _fill(inside, x, layers)
        held = window[:, :, -2:].clone()
        if window.shape[2] >= 3:
            yield window, last


def joined_windows(
    up: nn.Module, skips: deque[Tensor], strips: Strips, unused: int, padding: int
) -> Iterator[tuple[Tensor, bool]]:
    """Windows of upsampled strips behind the channels of the skip, whose first `unused` rows have no counterpart."""
    held: Tensor | None = None
    for x, last in strips:
        _taken(skips, unused)
        unused = 0
        x = run(up, x)
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


def _fill(room: Tensor, x: Tensor, layers: Sequence[nn.Module]) -> None:
    """Write what the layers make of a strip into the room, batch normalisation and what is done in place without a copy."""
    if layers and type(norm := layers[0]) is nn.BatchNorm2d and room.is_contiguous(memory_format=torch.channels_last):
        mean, variance = cast(Tensor, norm.running_mean), norm.running_var
        unused = mean.new_empty(0), mean.new_empty(0)
        torch.native_batch_norm(x, norm.weight, norm.bias, mean, variance, False, 0.0, norm.eps, out=(room, *unused))
        x, layers = room, layers[1:]
    for layer in layers:
        x = layer(x)
    if x is not room:
        room.copy_(x)


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


def run(layer: nn.Module, x: Tensor) -> Tensor:
    """The layer's output of a strip; of a small lone one beside a copy, since torch would round it otherwise."""
    if len(x) == 1 and x.numel() <= LONE_IMAGE_VALUES:
        return cast(Tensor, layer(torch.cat([x, x])))[:1]
    return cast(Tensor, layer(x))
