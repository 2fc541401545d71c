"""The U-Net: golden numbers, sizes, and the three ways to run it."""

import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from custom.networks import UNet
from custom.networks.onnx_model import onnx_model

PAPER = {"in_channels": 1, "out_channels": 2, "init_features": 64, "padding": False, "batch_norm": False}


def number_of_parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def warmed(network: nn.Module, channels: int, size_px: int = 64) -> nn.Module:
    """In evaluation mode, with running statistics that are no longer 0 and 1."""
    torch.manual_seed(0)
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network(torch.randn(2, channels, size_px, size_px))
    return network.eval()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"in_channels": 0}, "in_channels must be a whole number of at least 1, got 0"),
        ({"init_features": 1.5}, "init_features must be a whole number of at least 1, got 1.5"),
        ({"depth": True}, "depth must be a whole number of at least 1, got True"),
        ({"upsample": "cubic"}, "upsample must be one of transposed, bilinear, nearest, got 'cubic'"),
        ({"dropout": 1.0}, r"dropout must lie in \[0, 1\), got 1.0"),
    ],
)
def test_an_argument_out_of_range_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        UNet(**arguments)


@pytest.mark.parametrize(("arguments", "number"), [({}, 1_942_577), ({"init_features": 64}, 31_037_633), (PAPER, 31_030_658)])
def test_the_number_of_parameters_is_golden(arguments, number):
    assert number_of_parameters(UNet(**arguments)) == number


def test_the_paper_has_23_convolutions_with_bias_and_maps_572_to_388():
    network = UNet(**{**PAPER, "init_features": 2})
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.ConvTranspose2d)]
    assert len(convolutions) == 23
    assert all(convolution.bias is not None for convolution in convolutions)
    assert network(torch.zeros(1, 1, 572, 572)).shape == (1, 2, 388, 388)


@torch.no_grad()
def test_the_paper_starts_from_he_initialisation():
    torch.manual_seed(0)
    for name, module in UNet(**PAPER).named_modules():
        if isinstance(module, nn.Conv2d) and module.weight.numel() > 30_000:
            incoming = module.in_channels * module.kernel_size[0] * module.kernel_size[1]
            assert float(module.weight.std()) == pytest.approx((2 / incoming) ** 0.5, rel=0.02), name


@torch.no_grad()
def test_a_transposed_convolution_has_one_incoming_pixel_for_each_channel():
    torch.manual_seed(0)
    for step in UNet(**PAPER).decoder:
        assert float(step.up.weight.std()) == pytest.approx((2 / step.up.in_channels) ** 0.5, rel=0.02)


def test_the_skip_comes_first_and_is_cropped_at_its_centre():
    network = UNet(1, 1, 1, 2, padding=False, batch_norm=False)
    seen = []
    network.decoder[0].convs.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    skips = []
    network.encoder[0].register_forward_hook(lambda module, inputs, output: skips.append(output))
    network(torch.randn(1, 1, 20, 24))
    assert torch.equal(seen[0][:, :1], skips[0][:, :, 4:12, 4:16])


@settings(max_examples=15)
@given(height=st.integers(1, 40), width=st.integers(1, 40), depth=st.integers(1, 5))
def test_with_padding_any_size_comes_back(height: int, width: int, depth: int):
    network = UNet(2, 3, 1, depth).eval()
    assert network(torch.zeros(1, 2, height, width)).shape == (1, 3, height, width)


def test_an_odd_size_is_the_crop_of_the_edge_extended_image():
    network = warmed(UNet(1, 1, 2, 3), channels=1)
    image = torch.randn(1, 1, 13, 18)
    extended = nn.functional.pad(image, (0, 2, 0, 3), mode="replicate")
    assert torch.equal(network(image), network(extended)[:, :, :13, :18])


@pytest.mark.parametrize("upsample", ["transposed", "bilinear", "nearest"])
@pytest.mark.parametrize(("padding", "size"), [(True, (45, 64)), (False, (44, 60))])
def test_scripted_and_channels_last_equal_eager(upsample: str, padding: bool, size: tuple[int, int]):
    network = warmed(UNet(3, 2, 4, 3, padding=padding, batch_norm=padding, upsample=upsample), channels=3, size_px=60)
    image = torch.randn(2, 3, *size)
    expected = network(image)
    assert torch.allclose(torch.jit.script(network)(image), expected, atol=1e-5)
    last = network.to(memory_format=torch.channels_last)(image.to(memory_format=torch.channels_last))
    assert torch.allclose(last, expected, atol=1e-5)


@pytest.mark.parametrize(("padding", "sizes"), [(True, [(32, 32), (45, 50)]), (False, [(60, 60), (44, 92)])])
def test_onnx_runtime_equals_eager_at_any_size_and_batch(padding: bool, sizes: list[tuple[int, int]]):
    network = warmed(UNet(3, 1, 4, 3, padding=padding, batch_norm=padding), channels=3, size_px=60)
    session = onnxruntime.InferenceSession(onnx_model(network))
    for batch, (height, width) in zip((1, 3), sizes, strict=True):
        image = torch.randn(batch, 3, height, width)
        answer = torch.from_numpy(session.run(None, {"image": image.numpy()})[0])
        assert torch.allclose(answer, network(image), atol=1e-5)


def test_dropout_sits_at_the_end_of_the_contracting_path():
    network = UNet(1, 1, 2, 3, dropout=0.5)
    seen = []
    network.dropout.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    deepest = []
    network.encoder[-1].register_forward_hook(lambda module, inputs, output: deepest.append(output))
    network(torch.randn(1, 1, 16, 16))
    assert torch.equal(seen[0], deepest[0])
    assert seen[0].shape == (1, 8, 4, 4)
    assert sum(isinstance(module, nn.Dropout) for module in network.modules()) == 1


def test_dropout_acts_in_training_alone():
    network = UNet(1, 1, 2, 2, dropout=0.9)
    image = torch.randn(1, 1, 16, 16)
    torch.manual_seed(0)
    assert not torch.equal(network(image), network(image))
    network.eval()
    assert torch.equal(network(image), network(image))
