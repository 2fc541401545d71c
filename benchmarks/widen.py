"""Weights of a wider U-Net that computes what a narrower one does, to go on from in a training.

    python benchmarks/widen.py --checkpoint FILE --init_features 24 --out OUT [--seed 0]

New channels look at all channels with weights drawn by chance, and nothing looks at them yet: their outgoing weights are 0. So
the logits stay as they were, and the training finds a use for the new channels. Prints by how much the logits of noise differ.
Source: Chen, Goodfellow and Shlens (2016), Net2Net, arXiv:1511.05641, which copies channels; copies stay alike under Adam.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from custom.networks import UNet, restored_unet


def widened(network: UNet, init_features: int) -> UNet:
    """The network with `init_features` channels at the first level, and the same logits."""
    layers = [type(layer) for layer in network.modules()]
    wide = UNet(
        in_channels=network.in_channels, out_channels=network.head.out_channels, init_features=init_features,
        depth=network.depth, padding=network.padding, batch_norm=nn.BatchNorm2d in layers,
    ).eval()  # fmt: skip
    new = wide.state_dict()
    for name, old in network.state_dict().items():
        layer = name.rpartition(".")[0]
        if isinstance(network.get_submodule(layer), nn.ConvTranspose2d):
            put(old.transpose(0, 1) if old.ndim > 1 else old, new[name].transpose(0, 1) if old.ndim > 1 else new[name])
        else:
            put(old, new[name], joined=layer.endswith("convs.0"))
    return wide


def put(old: Tensor, new: Tensor, joined: bool = False) -> None:
    """Writes old weights over the first of the new ones. Channels that were there look at none that are new.

    Args:
        old: weights (outputs, inputs, …), or one value for each output, or one value.
        new: weights with more outputs or inputs, which are changed.
        joined: whether the inputs are those of two levels, one behind the other.
    """
    if old.ndim == 0:
        new.copy_(old)
        return
    outputs = torch.arange(len(old))
    if old.ndim == 1:
        new[outputs] = old.to(new.dtype)
        return
    inputs = torch.arange(old.shape[1])
    if joined:
        inputs[old.shape[1] // 2 :] += (new.shape[1] - old.shape[1]) // 2
    new[outputs] = 0
    new[outputs[:, None], inputs] = old.to(new.dtype)


def main() -> None:
    """Widens, compares and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--init_features", type=int, required=True, help="more than the weights have")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    network = restored_unet(options.checkpoint)
    with torch.no_grad():
        wide = widened(network, options.init_features)
        noise = torch.randn(1, network.in_channels, 256, 256)
        difference = (wide(noise) - network(noise)).abs().max().item()
    torch.save(wide.state_dict(), options.out)
    number = sum(each.numel() for each in wide.parameters())
    print(f"{options.out}: {number} parameters, logits of noise differ by at most {difference:.1e}")


if __name__ == "__main__":
    main()
