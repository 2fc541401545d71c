"""Networks on a coarser grid."""

import pytest
import torch
from monai.inferers import SimpleInferer

from custom.inferers import DownsamplingInferer, OverlapTileInferer
from custom.inferers.downsampling import enlarged
from custom.networks import UNet


def identity(x: torch.Tensor) -> torch.Tensor:
    return x


def test_a_factor_below_1_is_refused() -> None:
    with pytest.raises(ValueError, match="factor must be at least 1, got 0"):
        DownsamplingInferer(SimpleInferer(), 0)


def test_a_network_that_returns_less_than_it_is_given_is_refused() -> None:
    with pytest.raises(ValueError, match=r"downsampling wants logits .*\(20, 20\), got \(18, 20\); set downsampling to 1"):
        DownsamplingInferer(SimpleInferer(), 2)(torch.rand(1, 1, 40, 40), lambda x: x[:, :, 1:-1])


@pytest.mark.parametrize("shape", [(2, 3, 1, 1), (1, 1, 7, 10), (1, 2, 9, 4, 3), (1, 2, 1, 2, 3), (1, 1, 5, 1, 2)])
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_logits_have_the_size_of_the_image_and_the_network_sees_a_smaller_one(shape: tuple[int, ...], factor: int) -> None:
    seen = []

    def network(x: torch.Tensor) -> torch.Tensor:
        seen.append(x.shape[2:4])
        return x

    image = torch.rand(shape)
    logits = DownsamplingInferer(SimpleInferer(), factor)(image, network)
    assert logits.shape == image.shape
    assert set(seen) == {tuple(-(-side // factor) for side in shape[2:4])}
    if factor == 1:
        assert torch.equal(logits, image)


def test_the_network_sees_means_and_a_smaller_square_at_the_end() -> None:
    seen = []
    image = torch.arange(15.0).reshape(1, 1, 3, 5)
    DownsamplingInferer(SimpleInferer(), 2)(image, lambda x: (seen.append(x), x)[1])
    assert seen[0].tolist() == [[[[3, 5, 6.5], [10.5, 12.5, 14]]]]


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_nothing_is_shifted(factor: int) -> None:
    """A ramp comes back as it was, but for the edge, where there is nothing to interpolate with."""
    rows, columns = torch.meshgrid(torch.arange(24.0), torch.arange(36.0), indexing="ij")
    image = (2 * rows - 3 * columns)[None, None]
    inside = slice(factor, -factor)
    logits = DownsamplingInferer(SimpleInferer(), factor)(image, identity)
    torch.testing.assert_close(logits[..., inside, inside], image[..., inside, inside])


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_slices_of_a_volume_are_enlarged_to_the_bits_of_each_alone(factor: int) -> None:
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 11, 13, 4)
    alone = torch.stack([enlarged(image, factor) for image in logits.unbind(-1)], dim=-1)
    assert torch.equal(enlarged(logits, factor), alone)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_part_is_enlarged_to_the_bits_of_the_whole_however_it_lies_in_memory(factor: int) -> None:
    torch.manual_seed(0)
    logits = torch.randn(1, 5, 90, 70)
    whole = enlarged(logits, factor)
    assert torch.equal(enlarged(logits.to(memory_format=torch.channels_last), factor), whole)
    part = enlarged(logits[:, :, :11, 60:].contiguous(), factor)[:, :, : 10 * factor, factor:]
    assert torch.equal(part, whole[:, :, : 10 * factor, 61 * factor :])


def test_slices_of_a_volume_go_through_the_network_as_they_would_alone() -> None:
    volume = torch.rand(1, 2, 9, 7, 3)
    inferer = DownsamplingInferer(SimpleInferer(), 2)
    alone = torch.stack([inferer(image, torch.sin) for image in volume.unbind(-1)], dim=-1)
    torch.testing.assert_close(inferer(volume, torch.sin), alone)


def test_a_loss_of_the_images_own_pixels_trains_the_network() -> None:
    network = UNet(in_channels=1, out_channels=2, init_features=4, depth=3)
    DownsamplingInferer(SimpleInferer(), 2)(torch.rand(2, 1, 32, 32), network).square().mean().backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in network.parameters())


def test_a_network_without_padding_may_see_a_coarser_grid() -> None:
    network = UNet(in_channels=1, out_channels=2, init_features=4, depth=3, padding=False).eval()
    with torch.no_grad():
        logits = DownsamplingInferer(OverlapTileInferer(32), 2)(torch.rand(2, 1, 75, 42), network)
    assert logits.shape == (2, 2, 75, 42)


def test_tiles_equal_one_tile_on_the_coarser_grid_too() -> None:
    torch.manual_seed(0)
    network = UNet(in_channels=1, out_channels=2, init_features=4, depth=3).eval()
    image = torch.rand(2, 1, 150, 211)
    with torch.no_grad():
        few, one = (DownsamplingInferer(OverlapTileInferer(side, mirror=False), 2)(image, network) for side in (32, 128))
    assert torch.equal(few, one)
