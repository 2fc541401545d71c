"""Networks of others for images of any size."""

import pytest
import torch
from monai.networks.nets import UNet

from custom.networks import AnySize


def test_a_multiple_below_1_is_refused():
    with pytest.raises(ValueError, match="multiple must be at least 1, got 0"):
        AnySize(torch.nn.Identity(), 0)


def test_the_edges_are_repeated_and_what_they_gave_is_cropped():
    seen = []
    image = torch.arange(6.0).view(1, 1, 2, 3)
    logits = AnySize(torch.nn.Sequential(torch.nn.Identity()), 4)
    logits.network.register_forward_hook(lambda *call: seen.append(call[1][0]))
    assert torch.equal(logits(image), image)
    assert seen[0][0, 0].tolist() == [[0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5], [3, 4, 5, 5]]


@torch.no_grad()
def test_a_network_of_monai_takes_odd_sizes():
    network = UNet(spatial_dims=2, in_channels=3, out_channels=1, channels=[2, 4, 8], strides=[2, 2], num_res_units=1).eval()
    with pytest.raises(RuntimeError):
        network(torch.rand(1, 3, 19, 26))
    assert AnySize(network, 4)(torch.rand(2, 3, 19, 26)).shape == (2, 1, 19, 26)
    fitting = torch.rand(1, 3, 20, 24)
    assert torch.equal(AnySize(network, 4)(fitting), network(fitting))
    assert torch.jit.script(AnySize(torch.nn.Conv2d(3, 1, 3, padding=1), 4))(torch.rand(1, 3, 5, 6)).shape == (1, 1, 5, 6)
