"""Tiled prediction against one pass over the whole image, bit for bit."""

import io
import re
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from monai.data import MetaTensor
from monai.networks.nets import BasicUNet
from torch import Tensor, nn
from unets import channels_last, made, one_pass, picture

from custom.inferers import AveragingInferer, OverlapTileInferer
from custom.inferers.context import network_context
from custom.inferers.cutting import LONE_IMAGE_VALUES, fewest_values
from custom.inferers.memory import BYTES_PER_PIXEL_AND_CHANNEL, largest_tile
from custom.inferers.tiles import Context
from custom.inferers.whole_image import fast_bfloat16_cpu


@torch.no_grad()
def tiled(images: Tensor, network: Callable[..., Tensor], **arguments: int | bool | float) -> Tensor:
    return OverlapTileInferer(**arguments)(images, network)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tile_size": 0}, "tile_size must be a whole number of at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"depth": 2.5}, "depth must be a whole number of at least 1, got 2.5"),
        ({"margin": -1}, "margin must be a whole number of at least 0, got -1"),
        ({"memory_limit_mb": 0}, "memory_limit_mb must be above 0, got 0"),
        ({"memory_limit_mb": float("nan")}, "memory_limit_mb must be above 0, got nan"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        OverlapTileInferer(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tile_size": 100}, r"tile_size must be a multiple of the stride \(16\), got 100: take 96"),
        ({"memory_limit_mb": 0.001}, "memory_limit_mb must allow a tile of 16 px with its margin: give"),
        ({"margin": 90}, r"margin must be a multiple of the stride \(16\), got 90"),
    ],
)
def test_tiles_that_do_not_fit_the_network_are_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        tiled(picture(1, 3, 32, 32), made(depth=5), **arguments)


@pytest.mark.parametrize("shape", [(3, 32, 32), (0, 3, 32, 32), (1, 3, 0, 32), (1, 3, 32, 32, 0)])
def test_inputs_of_another_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match=re.escape(f"(N, C, H, W) or (N, C, H, W, D) and not empty, got shape {shape}")):
        tiled(torch.zeros(shape), made())


def test_a_network_without_padding_must_have_its_context_mirrored():
    with pytest.raises(ValueError, match="mirror must be True for a network without padding"):
        tiled(picture(1, 3, 32, 32), made(padding=False), mirror=False)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.InstanceNorm2d(3), r"1 \(InstanceNorm2d\) does: train with batch normalisation, or use SimpleInferer"),
        (nn.BatchNorm2d(3).train(), r"1 \(BatchNorm2d\) does: call network.eval\(\) first"),
        (nn.BatchNorm2d(3, track_running_stats=False), r"\(BatchNorm2d\) does: train with"),
        (nn.GroupNorm(1, 3), r"1 \(GroupNorm\) sees the whole image"),
        (nn.AdaptiveAvgPool2d(1), r"1 \(AdaptiveAvgPool2d\) sees the whole image"),
    ],
)
@pytest.mark.parametrize("scripted", [False, True])
def test_global_context_is_refused_at_the_door(layer: nn.Module, message: str, scripted: bool):
    training = layer.training and isinstance(layer, nn.BatchNorm2d) and layer.track_running_stats
    network = nn.Sequential(nn.Conv2d(3, 3, 1), layer).train(training)
    with pytest.raises(ValueError, match=message):
        tiled(picture(1, 3, 8, 8), torch.jit.script(network) if scripted else network, margin=0, stride=1)


def test_instance_normalisation_of_a_monai_network_is_refused():
    with pytest.raises(ValueError, match="InstanceNorm2d"):
        tiled(picture(1, 3, 8, 8), BasicUNet(spatial_dims=2, in_channels=3).eval(), depth=5)


@pytest.mark.parametrize("shape", [(11, 3, 48, 40), (2, 3, 32, 24, 3)])
def test_without_mirroring_a_network_of_others_is_given_whole_images(shape: tuple[int, ...]):
    network, images = BasicUNet(spatial_dims=2, in_channels=3, out_channels=1, features=[4] * 6).eval(), picture(*shape)
    slices = images.unbind(-1) if images.dim() == 5 else [images]
    with torch.no_grad():
        wanted = torch.stack([torch.cat([network(image[None]) for image in each]) for each in slices], dim=-1)
    found = tiled(images, network, mirror=False, memory_limit_mb=0.001)
    assert torch.allclose(found, wanted if images.dim() == 5 else wanted[..., 0], atol=1e-5)


def test_whole_images_are_neither_tiled_on_request_nor_normalised_by_the_batch():
    with pytest.raises(ValueError, match="InstanceNorm2d"):
        tiled(picture(1, 3, 32, 32), BasicUNet(spatial_dims=2, in_channels=3).eval(), mirror=False, tile_size=16)
    with pytest.raises(ValueError, match=r"BatchNorm2d\) does: call network.eval\(\) first"):
        tiled(picture(1, 3, 8, 8), nn.Sequential(nn.BatchNorm2d(3)), mirror=False)


def test_a_network_that_does_not_tell_its_depth_needs_the_argument():
    with pytest.raises(ValueError, match="network does not tell its depth: give depth"):
        tiled(picture(1, 3, 8, 8), nn.Conv2d(3, 1, 3, padding=1))


@pytest.mark.parametrize("network", [lambda x: (x, x), lambda x: x[..., 1:], lambda x: x.mean((2, 3))])
def test_networks_that_return_something_else_are_refused(network: Callable[[Tensor], Tensor]):
    with pytest.raises(ValueError, match="network must return one tensor of 32×32 pixels for "):
        tiled(picture(1, 3, 16, 16), network, depth=2, margin=8)


# -- a small example


def test_the_sum_of_a_neighbourhood_is_mirrored_at_the_border():
    summing = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    nn.init.ones_(summing.weight)
    image = torch.tensor([[[[1.0, 2, 3], [4, 5, 6]]]])
    with torch.no_grad():
        mirrored = OverlapTileInferer(tile_size=1, margin=1, stride=1)(image, summing)
        plain = OverlapTileInferer(tile_size=1, margin=1, stride=1, mirror=False)(image, summing)
    # The upper left pixel sees 5 4 5 above, 2 1 2, and 5 4 5 below.
    assert mirrored.tolist() == [[[[33, 36, 39], [24, 27, 30]]]]
    assert plain.tolist() == [[[[12, 21, 16], [12, 21, 16]]]]


@settings(max_examples=25)
@given(
    size=st.tuples(st.integers(1, 80), st.integers(1, 80)),
    images=st.integers(2, 3),
    channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    depth=st.integers(2, 3),
    batch_norm=st.booleans(),
    upsample=st.sampled_from(["transposed", "nearest", "bilinear"]),
    form=st.sampled_from(["padded, mirrored", "padded", "valid"]),
    sixteens=st.integers(1, 4),
    batch_size=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_tiled_equals_whole_bit_for_bit(
    size: tuple[int, int],
    images: int,
    channels: tuple[int, int],
    depth: int,
    batch_norm: bool,
    upsample: str,
    form: str,
    sixteens: int,
    batch_size: int,
    seed: int,
):
    network = made(
        seed=seed,
        in_channels=channels[0],
        out_channels=channels[1],
        depth=depth,
        batch_norm=batch_norm,
        upsample=upsample,
        padding=form != "valid",
    )
    image = picture(images, channels[0], *size, seed=seed)
    mirror = form != "padded"
    found = tiled(image, network, tile_size=16 * sixteens, batch_size=batch_size, mirror=mirror)
    whole = one_pass(image, network, mirror)
    assert found.shape == (images, channels[1], *size)
    assert torch.equal(found, whole)


@pytest.mark.parametrize(("form", "mirror"), [("padded", True), ("padded", False), ("valid", True)])
def test_depth_five_in_tiles_equals_whole_bit_for_bit(form: str, mirror: bool):
    network = made(depth=5, init_features=16, padding=form == "padded")
    image = picture(1, 3, 261, 165)
    whole = one_pass(image, network, mirror)
    assert torch.equal(tiled(image, network, tile_size=96, mirror=mirror), whole)
    assert whole.std() > 0.1


@pytest.mark.parametrize(("form", "mirror"), [("padded", True), ("padded", False), ("valid", True)])
def test_thin_tiles_of_a_network_with_512_channels_equal_whole_bit_for_bit(form: str, mirror: bool):
    network = made(depth=5, init_features=32, in_channels=1, padding=form == "padded")
    image = picture(1, 1, 130, 330)
    assert torch.equal(tiled(image, network, tile_size=64, mirror=mirror), one_pass(image, network, mirror))


def test_a_margin_of_one_stride_less_shows_the_seams():
    network = made(depth=4)
    images = picture(2, 3, 96, 96)
    assert torch.equal(tiled(images, network, tile_size=32), one_pass(images, network))
    seams = (tiled(images, network, tile_size=32, margin=40) - one_pass(images, network)).abs() > 1e-4
    assert seams.any() and not seams[..., 40:56, 40:56].any()


@pytest.mark.parametrize("mirror", [True, False])
def test_a_small_lone_image_in_several_tiles_is_equal_up_to_rounding(mirror: bool):
    network = made(in_channels=1)
    image = picture(1, 1, 61, 47)
    torch.testing.assert_close(tiled(image, network, tile_size=16, mirror=mirror), one_pass(image, network, mirror))
    assert torch.equal(tiled(image, network, mirror=mirror), one_pass(image, network, mirror))


@pytest.mark.skipif(not fast_bfloat16_cpu(), reason="this processor computes bfloat16 convolutions in another way")
def test_bfloat16_in_tiles_equals_bfloat16_whole_and_comes_back_as_float32():
    network = made(depth=2, init_features=16)
    image = picture(1, 3, 90, 70)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        whole = one_pass(image, network)
        under_an_outer_autocast = tiled(image, network, tile_size=32)
    found = tiled(image, network, tile_size=32, bfloat16=True)
    assert found.dtype == torch.float32 and whole.dtype == torch.bfloat16
    assert torch.equal(found, whole.float())
    assert torch.equal(under_an_outer_autocast, whole)


def test_volumes_are_predicted_slice_by_slice():
    network = made(in_channels=2, out_channels=3)
    volume = picture(2, 2, 70, 50, 5)
    found = tiled(volume, network, tile_size=32, batch_size=3)
    assert found.shape == (2, 3, 70, 50, 5)
    assert torch.equal(found, torch.stack([one_pass(image, network) for image in volume.unbind(-1)], dim=-1))


def test_meta_data_is_kept():
    affine = torch.diag(torch.tensor([2.0, 3, 4, 1]))
    image = MetaTensor(picture(1, 3, 40, 30), affine=affine, meta={"filename_or_obj": "a.tif"})
    found = tiled(image, made(out_channels=2), tile_size=16)
    assert isinstance(found, MetaTensor) and found.shape == (1, 2, 40, 30)
    assert found.meta["filename_or_obj"] == "a.tif" and torch.equal(found.affine, affine.double())
    assert torch.equal(found.as_tensor(), tiled(image.as_tensor(), made(out_channels=2), tile_size=16))
    assert not isinstance(tiled(image.as_tensor(), made()), MetaTensor)


class DeployedModel:
    """What MONAI Deploy gives an inferer for a network: no module, and without its attributes."""

    def __init__(self, predictor: nn.Module) -> None:
        self.predictor = predictor

    def __call__(self, *args: Tensor) -> Tensor:
        return self.predictor(*args)


@pytest.mark.parametrize("wrap", ["script", "saved script", "DataParallel", "MONAI Deploy", "callable", "trace"])
@pytest.mark.parametrize("upsample", ["transposed", "bilinear"])
def test_wrapped_and_exported_networks_give_the_same(wrap: str, upsample: str):
    network = made(upsample=upsample, in_channels=2)
    image = picture(1, 2, 75, 41)
    expected = tiled(image, network, tile_size=32)
    arguments: dict[str, int] = {}
    other: Callable[..., Tensor] = network
    if wrap == "DataParallel":
        other = nn.DataParallel(network)
    elif wrap == "MONAI Deploy":
        other = DeployedModel(torch.jit.script(network))
    elif wrap == "callable":
        other, arguments = lambda x: network(x), {"depth": 3, "margin": 28}
    elif wrap == "trace":
        other, arguments = torch.jit.trace(network, torch.zeros(1, 2, 64, 64)), {"depth": 3}
    else:
        other = torch.jit.script(network)
    if wrap == "saved script":
        file = io.BytesIO()
        torch.jit.save(other, file)
        file.seek(0)
        other = torch.jit.load(file)
    assert torch.equal(tiled(image, other, tile_size=32, **arguments), expected)


def test_another_network_needs_its_margin_and_stride_only():
    torch.manual_seed(0)
    network = BasicUNet(spatial_dims=2, in_channels=3, features=(4, 4, 8, 8, 16, 4), norm="batch").eval()
    image = picture(2, 3, 256, 128)  # a lone small image is equal up to rounding only
    with torch.no_grad():
        whole = network(channels_last(image))
    assert torch.equal(tiled(image, network, tile_size=64, margin=96, stride=16, mirror=False), whole)


def test_further_arguments_reach_the_network():
    with torch.no_grad():
        found = OverlapTileInferer(margin=0, stride=1)(picture(1, 1, 4, 4), lambda x, a, b: x * a + b, 2, b=1)
    assert torch.equal(found, picture(1, 1, 4, 4) * 2 + 1)


class Recorder(nn.Module):
    """A network of depth 3 and 16 channels that remembers the sizes of what it was given."""

    depth, padding = 3, True

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 16, 3)
        self.shapes: list[tuple[int, ...]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.shapes.append(tuple(x.shape))
        return x


def test_the_largest_tile_that_the_limit_allows_is_taken():
    context = Context(margin=24, stride=4)
    side = largest_tile(100 * 100, context) + 2 * context.margin
    assert side == 100
    assert largest_tile(100 * 100 - 1, context) == 48
    assert largest_tile(572 * 572, Context(margin=92, stride=16, eaten=92, remainder=12)) == 384


@pytest.mark.parametrize("limit_mb", [20, 60, 300])
def test_no_pass_is_estimated_above_the_limit(limit_mb: int):
    network = Recorder()
    image = picture(7, 1, 300, 500)
    assert torch.equal(tiled(image, network, memory_limit_mb=limit_mb), image)
    sizes = [n * h * w * 16 * BYTES_PER_PIXEL_AND_CHANNEL for n, _, h, w in network.shapes]
    assert max(sizes) <= limit_mb * 2**20


def test_larger_tiles_come_first_so_that_smaller_ones_fit_their_memory():
    network = Recorder()
    image = picture(1, 1, 200, 200)
    assert torch.equal(tiled(image, network, tile_size=64, mirror=False), image)
    sizes = [h * w for _, _, h, w in network.shapes]
    assert len(set(sizes)) > 1 and sizes == sorted(sizes, reverse=True)


def test_slices_that_fit_one_tile_are_predicted_in_batches():
    network = Recorder()
    tiled(picture(1, 1, 64, 48, 20), network, mirror=False, batch_size=8)
    assert network.shapes == [(8, 1, 64, 48), (8, 1, 64, 48), (4, 1, 64, 48)]


def test_a_lone_small_tile_is_accompanied_where_torch_would_round_otherwise():
    network = Recorder()
    tiled(picture(1, 1, 400, 40), network, tile_size=40)
    assert {shape[0] for shape in network.shapes} == {2}
    network.shapes.clear()
    tiled(picture(1, 1, 400, 40), network, tile_size=200)
    assert [shape[0] for shape in network.shapes] == [1, 1]
    network.shapes.clear()
    tiled(picture(1, 1, 40, 40), network)
    assert network.shapes == [(1, 1, 88, 88)]


@torch.no_grad()
@pytest.mark.parametrize("padding", [True, False])
def test_the_fewest_values_are_those_that_convolutions_meet(padding: bool):
    network = made(depth=4, init_features=3, in_channels=2, padding=padding)
    met: list[int] = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.register_forward_hook(lambda _module, inputs, _output: met.append(inputs[0].numel()))
    image = picture(1, 2, *((144, 176) if padding else (148, 180)))
    network(image)
    assert fewest_values(image, 3, network_context(network)) == min(met) < LONE_IMAGE_VALUES


def test_the_progress_bar_counts_tiles(capsys: pytest.CaptureFixture[str]):
    tiled(picture(1, 1, 64, 64), Recorder(), tile_size=32, progress=True)
    assert "4/4" in capsys.readouterr().err
    tiled(picture(1, 1, 64, 64), Recorder(), tile_size=32)
    assert not capsys.readouterr().err


@pytest.mark.parametrize("shape", [(1, 3, 40, 28), (1, 3, 40, 28, 2)])
def test_the_average_turns_and_flips_with_the_image(shape: tuple[int, ...]):
    network = made(out_channels=2)
    image = picture(*shape)
    average = AveragingInferer(OverlapTileInferer())
    with torch.no_grad():
        expected = average(image, network)
        assert expected.shape == (1, 2, *shape[2:])
        torch.testing.assert_close(average(image.rot90(1, (2, 3)), network), expected.rot90(1, (2, 3)))
        torch.testing.assert_close(average(image.flip(3), network), expected.flip(3))
        assert not torch.allclose(OverlapTileInferer()(image, network), expected, atol=1e-3)


@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("shape", [(2, 3, 40, 28), (1, 3, 40, 28, 2)])
def test_the_variance_over_the_eight_forms_comes_as_a_last_channel(shape: tuple[int, ...], classes: int):
    network, image = made(out_channels=classes), picture(*shape)
    with torch.no_grad():
        found = AveragingInferer(OverlapTileInferer(), average=False, variance=True)(image, network)
        mean = AveragingInferer(OverlapTileInferer())(image, network)
        forms = []
        for flip in (False, True):
            for turns in range(4):
                turned = (image.flip(2) if flip else image).rot90(turns, (2, 3))
                logits = OverlapTileInferer()(turned, network).rot90(-turns, (2, 3))
                logits = logits.flip(2) if flip else logits
                forms.append(logits.sigmoid() if classes == 1 else logits.softmax(1))
    assert torch.equal(found[:, :-1], mean)
    torch.testing.assert_close(found[:, -1:], torch.stack(forms).var(0, correction=0).sum(1, keepdim=True))
    assert found[:, -1].min() >= 0 and found[:, -1].max() > 0


def test_the_average_of_an_even_network_is_the_network():
    with torch.no_grad():
        found = AveragingInferer(OverlapTileInferer(margin=0, stride=1), flips=False)(picture(1, 1, 5, 7), torch.square)
    torch.testing.assert_close(found, picture(1, 1, 5, 7).square())


def test_a_switched_off_average_is_the_inferer_itself():
    network, image = made(), picture(1, 3, 40, 24)
    with torch.no_grad():
        found = AveragingInferer(OverlapTileInferer(), average=False)(image, network)
    assert torch.equal(found, tiled(image, network))
