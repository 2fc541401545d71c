"""One pass over whole images."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from custom.inferers import WholeImageInferer
from custom.networks import UNet

SIZES = {"height": st.integers(1, 50), "width": st.integers(1, 50)}


@settings(max_examples=15)
@given(**SIZES)
def test_a_network_without_padding_returns_the_size_of_the_image(height, width):
    network = UNet(1, 2, 1, 2, padding=False, batch_norm=False)
    logits = WholeImageInferer(padding=False, depth=2, bfloat16=False)(torch.zeros(1, 1, height, width), network)
    assert logits.shape == (1, 2, height, width)


def test_the_context_that_it_eats_is_mirrored():
    network = UNet(1, 1, 2, 2, padding=False, batch_norm=False)
    image = torch.arange(400.0).reshape(1, 1, 20, 20) / 400
    # 8 px of context on each side, of which the first row is the image's ninth.
    mirrored = torch.nn.functional.pad(image, (8, 8, 8, 8), mode="reflect")
    inferer = WholeImageInferer(padding=False, depth=2, bfloat16=False)
    assert torch.allclose(inferer(image, network), network(mirrored), atol=1e-6)


def test_a_padded_network_sees_the_image_as_it_is():
    network = UNet(1, 1, 2, 2).eval()
    image = torch.rand(2, 1, 20, 24)
    assert torch.equal(WholeImageInferer(bfloat16=False)(image, network), network(image))


@pytest.mark.parametrize("bfloat16", [False, True])
def test_logits_are_float32_and_can_be_trained_on(bfloat16):
    network = UNet(1, 1, 2, 2)
    logits = WholeImageInferer(bfloat16=bfloat16)(torch.rand(2, 1, 16, 16), network)
    logits.mean().backward()
    assert logits.dtype == torch.float32
    assert all(parameter.grad is not None for parameter in network.parameters())
