"""One set of weights in two forms: with padded convolutions, or with the paper's valid ones."""

from copy import deepcopy

from torch import nn

from custom.networks.unet import UNet, UpStep


def with_padding(network: UNet, padding: bool) -> UNet:
    """A copy of the network whose 3×3 convolutions pad, or do not; its state dict is the same.

    With transposed or nearest upsampling, and an evenly pooled input, both forms compute the same numbers: the network
    without padding on pixels `2:574` of an image gives pixels `94:482` of what the padded one gives on `0:576`. The shift of
    2 px comes from the pooling grid, which the first two valid convolutions displace. Bilinear upsampling repeats the edge of
    what it is given, so that without padding the outermost 2 ** (depth - 1) - 1 pixels differ.
    """
    converted = deepcopy(network)
    converted.padding = padding
    for module in converted.modules():
        if isinstance(module, nn.Conv2d) and module.kernel_size == (3, 3):
            module.padding = (int(padding), int(padding))
        elif isinstance(module, UpStep):
            module.crops = not padding
    return converted
