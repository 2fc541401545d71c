"""Random weights to begin a training with, for convolutions without batch normalisation."""

from torch import nn


def initialise_he(module: nn.Module) -> None:
    """Gaussian weights with standard deviation sqrt(2 / N), N the incoming nodes of one neuron (paper, section 3)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        # A neuron of a 2×2 stride-2 transposed convolution sees one pixel of each channel, not the four that torch counts.
        fan_in = module.in_channels * (1 if isinstance(module, nn.ConvTranspose2d) else module.weight[0, 0].numel())
        nn.init.normal_(module.weight, std=(2 / fan_in) ** 0.5)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
