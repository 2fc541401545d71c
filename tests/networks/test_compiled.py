"""The compiled network on images of several sizes.

Of torch 2.13 it is told that networks which extend their image by `(8 - width % 8) % 8` lose the crop for some orders of sizes,
and return logits that are too wide, in silence. Ours extends it by `-width % 8`.
"""

import shutil

import pytest
import torch

from custom.networks import UNet

SIZES = [(16, 16), (17, 22), (8, 9)]
COMPILER = any(map(shutil.which, ("g++", "clang++", "cl")))


@pytest.mark.slow
@pytest.mark.skipif(not COMPILER, reason="torch.compile wants a C++ compiler, and there is none")
@pytest.mark.filterwarnings("ignore")  # of torch's compiler, on itself
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
@torch.no_grad()
def test_the_compiled_network_gives_what_the_network_gives_whatever_the_order_of_sizes(order):
    torch._dynamo.reset()
    network = UNet(1, 1, init_features=2, depth=2).eval()
    compiled = torch.compile(network)
    for number in order:
        image = torch.randn(1, 1, *SIZES[number], generator=torch.Generator().manual_seed(number))
        torch.testing.assert_close(compiled(image), network(image), atol=1e-6, rtol=0)
