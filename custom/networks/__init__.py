"""The U-Net, the arithmetic of its sizes, its weights, and the runtimes that run it."""

from custom.networks.any_size import AnySize
from custom.networks.convert import with_padding
from custom.networks.knowledge import read_record
from custom.networks.restore import restored_unet
from custom.networks.runtimes import load_for_runtime
from custom.networks.sizes import next_valid_sizes, valid_margin, valid_output_size
from custom.networks.unet import DoubleConv, UNet, UpStep
from custom.networks.weights import load_weights

__all__ = [
    "AnySize",
    "DoubleConv",
    "UNet",
    "UpStep",
    "load_for_runtime",
    "load_weights",
    "next_valid_sizes",
    "read_record",
    "restored_unet",
    "valid_margin",
    "valid_output_size",
    "with_padding",
]
