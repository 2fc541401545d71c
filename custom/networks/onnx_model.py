"""A network as an ONNX model of any batch, height and width."""

import warnings
from importlib.util import find_spec
from io import BytesIO

import torch
from torch import Tensor, nn

from custom.networks.sizes import next_valid_sizes
from custom.networks.unet import UNet

AXES = {0: "batch", 2: "height", 3: "width"}


class _Levels(nn.Module):
    """A network that takes images alone whose sides fit."""

    def __init__(self, network: UNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, K, H, W) of images (N, C, H, W) whose sides are multiples of what the network needs."""
        return self.network.levels(x)


def onnx_model(network: UNet, extends: bool = True) -> bytes:
    """The network in evaluation mode, as the bytes of an `.onnx` file with input `image` and output `pred`.

    Args:
        network: the network.
        extends: whether the model extends images with `UNet.extended`, and crops the logits, as the network does. Runtimes
            copy an image also where nothing is to be extended.

    Raises:
        ValueError: if the package onnx is missing.
    """
    if find_spec("onnx") is None:
        raise ValueError('onnx is missing: pip install "unet-bundle[onnx]"')
    size_px = network.stride if network.padding else next_valid_sizes(1, network.depth, number=1)[0]
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        # The newer exporter takes no scripted module, and traces would freeze the sizes that padding depends on.
        torch.onnx.export(
            torch.jit.script((network if extends else _Levels(network)).eval()),
            (torch.zeros(1, network.in_channels, size_px, size_px),),
            file,  # type: ignore[arg-type]  # the exporter of scripted modules writes to files in memory too
            dynamo=False,
            input_names=["image"],
            output_names=["pred"],
            dynamic_axes={"image": AXES, "pred": AXES},
        )
    return file.getvalue()
