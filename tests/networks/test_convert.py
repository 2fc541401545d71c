"""The padded and the valid form of one set of weights."""

import pytest
import torch

from custom.networks import UNet, next_valid_sizes, valid_margin, with_padding


@torch.no_grad()
def test_572_pixels_without_padding_equal_576_with_it_bit_for_bit():
    torch.manual_seed(0)
    padded = UNet(1, 2, 8, batch_norm=False).eval()
    valid = with_padding(padded, False)
    image = torch.randn(1, 1, 576, 576)
    assert valid(image[..., 2:-2, 2:-2]).shape[-1] == 388
    assert torch.equal(valid(image[..., 2:-2, 2:-2]), padded(image)[..., 94:-94, 94:-94])


@pytest.mark.parametrize("upsample", ["transposed", "nearest", "bilinear"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@torch.no_grad()
def test_both_forms_agree_at_any_depth(depth: int, upsample: str):
    torch.manual_seed(depth)
    valid = UNet(2, 3, 4, depth, padding=False, upsample=upsample).eval()
    padded = with_padding(valid, True)
    size_px = next_valid_sizes(200, depth, number=1)[0]
    image = torch.randn(2, 2, size_px + 4, size_px + 4)
    spoiled = valid.stride - 1 if upsample == "bilinear" else 0
    margin = valid_margin(depth) + 2 + spoiled
    inner = slice(spoiled, size_px - 2 * valid_margin(depth) - spoiled)
    expected = padded(image)[..., margin:-margin, margin:-margin]
    torch.testing.assert_close(valid(image[..., 2:-2, 2:-2])[..., inner, inner], expected)


@pytest.mark.parametrize("padding", [True, False])
def test_the_weights_are_the_same_and_the_original_is_left_alone(padding: bool):
    network = UNet(1, 2, 2, 2, padding=not padding)
    converted = with_padding(network, padding)
    assert converted.padding is padding and network.padding is not padding
    assert all(torch.equal(a, b) for a, b in zip(network.state_dict().values(), converted.state_dict().values(), strict=True))
    UNet(1, 2, 2, 2, padding=padding).load_state_dict(network.state_dict())
    again = with_padding(converted, not padding)
    image = torch.randn(1, 1, 40, 40)
    assert torch.equal(again.eval()(image), network.eval()(image))
