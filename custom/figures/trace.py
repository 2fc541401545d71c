"""What a U-Net does to the size and the channels of an image, seen by hooks while it runs."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from custom.networks import UNet, UpStep


class Maps(NamedTuple):
    """Feature maps between two layers: channels, and height and width in pixels."""

    channels: int
    height: int
    width: int


@dataclass
class Trace:
    """The feature maps of one pass, in order.

    Attributes:
        down: for each level, the image's first, what enters it and what each of its two convolutions gives.
        up: for each level, the second deepest first, what upsampling gives, that with the skip before it, and what each of the
            two convolutions gives.
        logits: what the last convolution gives.
    """

    down: list[list[Maps]] = field(default_factory=list)
    up: list[list[Maps]] = field(default_factory=list)
    logits: list[Maps] = field(default_factory=list)


@torch.no_grad()
def trace(network: UNet, height: int, width: int) -> Trace:
    """The feature maps of a network that is given an image of `height` × `width` pixels.

    The network really runs; made under `torch.device("meta")` it takes neither time nor memory for that.

    Raises:
        ValueError: if the image does not fit the network.
    """
    seen = Trace()
    handles = []
    for block in network.encoder:
        seen.down.append([])
        handles += _watch(block, seen.down[-1])
    for step in network.decoder:
        assert isinstance(step, UpStep)
        seen.up.append([])
        handles += [_give(step.up, seen.up[-1]), *_watch(step.convs, seen.up[-1])]
    handles.append(_give(network.head, seen.logits))
    try:
        network(torch.empty(1, network.in_channels, height, width, device=next(network.parameters()).device))
    finally:
        for handle in handles:
            handle.remove()
    return seen


def _watch(block: nn.Module, maps: list[Maps]) -> list[Any]:
    """Hooks that record what enters a `DoubleConv`, and what its activations give."""
    take = block.register_forward_pre_hook(lambda module, inputs: maps.append(_maps(inputs[0])))
    return [take, *(_give(layer, maps) for layer in block.children() if isinstance(layer, nn.ReLU))]


def _give(layer: nn.Module, maps: list[Maps]) -> Any:
    return layer.register_forward_hook(lambda module, inputs, output: maps.append(_maps(output)))


def _maps(x: Tensor) -> Maps:
    return Maps(*x.shape[1:])
