"""Networks and images for tests, and what a network makes of a whole image."""

import numpy as np
import torch
from torch import Tensor, nn

from custom.inferers.context import network_context
from custom.inferers.tiles import round_up
from custom.networks import UNet


def made(*, seed: int = 0, **arguments: int | bool | str | float) -> UNet:
    """A network in evaluation mode whose logits depend on every part of it."""
    torch.manual_seed(seed)
    network = UNet(**{"init_features": 4, "depth": 3} | arguments).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(std=0.3)
            module.running_var.uniform_(0.5, 2)
        elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, std=(3 / module.weight[0].numel()) ** 0.5)
            if module.bias is not None:
                nn.init.normal_(module.bias, std=0.1)
    return network


def picture(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def channels_last(images: Tensor) -> Tensor:
    """A copy that torch takes for channels-last even where it has one channel."""
    return torch.empty(images.shape, dtype=images.dtype, memory_format=torch.channels_last).copy_(images)


@torch.no_grad()
def one_pass(images: Tensor, network: UNet, mirror: bool = True) -> Tensor:
    """The network's logits of the whole image, mirrored by numpy."""
    if not mirror:
        return network(channels_last(images))
    height, width = images.shape[-2:]
    context = network_context(network)
    m, s = context.margin, context.stride
    pads = [(m, round_up(size + 2 * m, s, context.remainder) - size - m) for size in (height, width)]
    whole = torch.from_numpy(np.pad(images.numpy(), [(0, 0), (0, 0), *pads], mode="reflect"))
    begin = m - context.eaten
    return network(channels_last(whole))[..., begin : begin + height, begin : begin + width]
