"""A U-Net in strips against one pass over the whole image, bit for bit."""

import gc

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from unets import channels_last, made, one_pass, picture

from custom.inferers import OverlapTileInferer
from custom.inferers import passes as image_passes
from custom.inferers import streamable as module
from custom.inferers.context import network_context
from custom.inferers.memory import BYTES_PER_PIXEL_AND_CHANNEL, streamed_px, widest_column
from custom.inferers.streamable import can_stream
from custom.inferers.strips import stream
from custom.inferers.tiles import Context, Span, strips
from custom.inferers.whole_image import fast_bfloat16_cpu
from custom.inferers.windows import strip_rows
from custom.networks import UNet, next_valid_sizes


def rows_of(image: Tensor, height: int):
    """The image in strips of so many rows, and whether each is the last."""
    for strip in strips(Span(0, image.shape[2], 0, image.shape[2]), height):
        yield channels_last(image[:, :, strip.first : strip.last]), strip.last == image.shape[2]


@settings(max_examples=30)
@given(
    size=st.tuples(st.integers(1, 200), st.integers(0, 100)),
    images=st.integers(2, 3),
    channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    depth=st.integers(2, 4),
    batch_norm=st.booleans(),
    padding=st.booleans(),
    upsample=st.sampled_from(["transposed", "nearest"]),
    height=st.integers(1, 90),
    seed=st.integers(0, 99),
)
@torch.no_grad()
def test_joined_strips_are_the_networks_logits_bit_for_bit(
    size, images, channels, depth, batch_norm, padding, upsample, height, seed
):
    network = made(
        seed=seed, in_channels=channels[0], out_channels=channels[1], depth=depth, batch_norm=batch_norm, padding=padding,
        upsample=upsample,
    )  # fmt: skip
    size = size[0], size[1] + network_context(network).least  # thinner images are not streamed
    size = size if padding else tuple(next_valid_sizes(side, depth, number=1)[0] for side in size)
    image = picture(images, channels[0], *size, seed=seed)
    whole = network(channels_last(image))
    found = torch.cat(list(stream(network, rows_of(image, height))), dim=2)
    assert torch.equal(found[..., : whole.shape[2], : whole.shape[3]], whole)


@torch.no_grad()
@pytest.mark.parametrize("padding", [True, False])
def test_nothing_is_computed_twice(padding: bool):
    network = made(depth=4, padding=padding)
    image = picture(2, 3, *((240, 176) if padding else (244, 180)))
    computed: list[int] = []
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.register_forward_hook(lambda _layer, _inputs, output: computed.append(output.numel()))
    network(channels_last(image))
    whole = sum(computed)
    computed.clear()
    logits = list(stream(network, rows_of(image, 32)))
    assert len(logits) > 2
    assert sum(computed) == whole


FORMS = [("padded", True), ("padded", False), ("valid", True)]


@pytest.fixture
def passes(monkeypatch):
    """Images and width of what is streamed, of each column and group of slices."""
    streamed: list[tuple[int, int]] = []

    def spy(network, given):
        given = list(given)
        streamed.append((len(given[0][0]), given[0][0].shape[3]))
        return stream(network, given)

    monkeypatch.setattr(image_passes, "stream", spy)
    return streamed


@torch.no_grad()
@pytest.mark.parametrize(("form", "mirror"), FORMS)
def test_an_image_that_leaves_the_cache_is_predicted_in_strips_bit_for_bit(passes, form: str, mirror: bool):
    network = made(depth=5, init_features=16, in_channels=1, padding=form == "padded")
    image = picture(1, 1, 633, 829)
    found = OverlapTileInferer(mirror=mirror)(image, network)
    assert len(passes) == 1
    assert torch.equal(found, one_pass(image, network, mirror))


@torch.no_grad()
@pytest.mark.parametrize(("form", "mirror"), FORMS)
def test_a_memory_limit_makes_columns_and_slices_go_together_where_they_fit(passes, monkeypatch, form: str, mirror: bool):
    monkeypatch.setattr(module, "LEAST_VALUES", 0)
    network = made(depth=3, init_features=8, padding=form == "padded")
    context = network_context(network)
    image = picture(1, 3, 150, 400, 3)
    whole = torch.stack([one_pass(one, network, mirror) for one in image.unbind(-1)], dim=-1)
    for limit_mb, batch_size, number in ((30, 8, 0), (50, 8, 6), (200, 8, 2), (1e4, 8, 1), (1e4, 2, 2)):
        passes.clear()
        inferer = OverlapTileInferer(mirror=mirror, memory_limit_mb=limit_mb, batch_size=batch_size)
        assert torch.equal(inferer(image, network), whole)
        assert len(passes) == number
        allowed = limit_mb * 2**20 / (BYTES_PER_PIXEL_AND_CHANNEL * 8)
        assert all(streamed_px(images * width, 8, context) <= allowed for images, width in passes)


def bytes_of_tensors() -> int:
    """Of all tensors that the program holds."""
    storages = (tensor.untyped_storage() for tensor in gc.get_objects() if type(tensor) is Tensor)
    return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())


@torch.no_grad()
def test_memory_does_not_grow_with_the_height():
    network = made(init_features=8)
    gc.collect()
    before = bytes_of_tensors()
    highest = []

    class Probe(nn.Conv2d):
        def forward(self, x: Tensor) -> Tensor:
            highest[-1] = max(highest[-1], bytes_of_tensors() - before)
            return super().forward(x)

    network.decoder[-1].convs[3].__class__ = Probe  # while it runs, all stages before it hold their rows
    for height in (960, 1920):
        highest.append(0)
        image = ((channels_last(picture(1, 3, 48, 128)), top + 48 == height) for top in range(0, height, 48))
        assert sum(output.shape[2] for output in stream(network, image)) == height
    assert highest[0] == pytest.approx(highest[1], rel=0.1)
    assert highest[1] < 8 * BYTES_PER_PIXEL_AND_CHANNEL * streamed_px(128, 8, network_context(network))


@torch.no_grad()
def test_further_arguments_are_not_lost(monkeypatch):
    monkeypatch.setattr(module, "LEAST_VALUES", 0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'doubled'"):
        OverlapTileInferer()(picture(1, 3, 100, 64), made(), doubled=True)


@pytest.mark.skipif(not fast_bfloat16_cpu(), reason="this processor computes bfloat16 convolutions in another way")
@torch.no_grad()
def test_bfloat16_in_strips_of_a_small_image_is_close_to_bfloat16_whole(passes, monkeypatch):
    monkeypatch.setattr(module, "LEAST_VALUES", 0)
    network = made(depth=2, init_features=16)
    image = picture(1, 3, 90, 170)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        whole = one_pass(image, network)
    found = OverlapTileInferer(bfloat16=True)(image, network)
    assert passes and found.dtype == torch.float32
    torch.testing.assert_close(found, whole.float(), atol=0.05, rtol=0.05)


@torch.no_grad()
@pytest.mark.parametrize(("form", "mirror"), FORMS)
def test_the_progress_bar_counts_rows(passes, monkeypatch, capsys: pytest.CaptureFixture[str], form: str, mirror: bool):
    monkeypatch.setattr(module, "LEAST_VALUES", 0)
    OverlapTileInferer(mirror=mirror, progress=True)(picture(1, 3, 101, 102), made(padding=form == "padded"))
    assert passes and "101/101" in capsys.readouterr().err


class Derived(UNet):
    """A network whose forward pass may be anything."""


def hooked() -> UNet:
    network = made(init_features=8)
    network.encoder[0].register_forward_hook(lambda *_: None)
    return network


def partly_training() -> UNet:
    network = made(init_features=8, dropout=0.5)
    network.dropout.train()
    return network


def changed(change) -> UNet:
    network = made(init_features=8)
    change(network)
    return network.eval()


CHANGES = {
    "reflecting": lambda network: setattr(network.encoder[0][0], "padding_mode", "reflect"),
    "5×5": lambda network: network.encoder[0].__setitem__(0, nn.Conv2d(3, 8, 5, padding=2, bias=False)),
    "dilated": lambda network: network.encoder[1].__setitem__(0, nn.Conv2d(8, 16, 3, padding=2, dilation=2, bias=False)),
    "one layer more": lambda network: network.encoder[0].insert(2, nn.Dropout2d(0.1)),
    "a convolution more": lambda network: network.encoder[0].append(nn.Conv2d(8, 8, 3, padding=1)),
    "wider pooling": lambda network: setattr(network, "pool", nn.MaxPool2d(3, 2, 1)),
    "spectral norm": lambda network: nn.utils.parametrizations.spectral_norm(network.encoder[1][0]),
    "a forward of its own": lambda network: setattr(network.encoder[0][1], "forward", lambda x: 3 * x),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@torch.no_grad()
def test_a_network_with_other_convolutions_is_not_streamed(change):
    assert not can_stream(changed(change), picture(1, 1, 3, 1024, 1024), network_context(made(init_features=8)))


@torch.no_grad()
def test_hooks_of_all_modules_are_not_streamed():
    handle = nn.modules.module.register_module_forward_hook(lambda *_: None)
    try:
        assert not can_stream(made(init_features=8), picture(1, 1, 3, 1024, 1024), network_context(made(init_features=8)))
    finally:
        handle.remove()


def without_affine(network: UNet) -> None:
    for block in (*network.encoder, *(step.convs for step in network.decoder)):
        for index in (1, 4):
            block[index] = nn.BatchNorm2d(block[index].num_features, affine=False)


def activated_by(activation: nn.Module):
    def change(network: UNet) -> None:
        for block in (*network.encoder, *(step.convs for step in network.decoder)):
            block[2], block[5] = activation, activation

    return change


@pytest.mark.parametrize(
    "change", [lambda _: None, without_affine, activated_by(nn.GELU()), activated_by(nn.LeakyReLU(0.1, True))]
)
@pytest.mark.parametrize("height", [7, 48, 200])
@torch.no_grad()
def test_strips_of_a_lone_image_are_normalised_in_place_bit_for_bit(monkeypatch, change, height: int):
    network = made(init_features=16, depth=3)
    change(network)
    network.eval()
    image = picture(1, 3, 203, 310)
    whole = network(channels_last(image))
    used = []
    norm = torch.native_batch_norm
    monkeypatch.setattr(torch, "native_batch_norm", lambda *given, **out: used.append(out) or norm(*given, **out))
    found = torch.cat(list(stream(network, rows_of(image, height))), dim=2)
    assert used and torch.equal(found[..., :203, :310], whole)


def test_networks_that_cannot_be_streamed_are_told_from_those_that_can():
    image = picture(1, 1, 3, 1024, 1024)
    context = network_context(made(init_features=8))
    with torch.no_grad():
        assert can_stream(made(init_features=8), image, context)
        assert can_stream(nn.DataParallel(made(init_features=8)), image, context)
        for network in (
            made(init_features=8, upsample="bilinear"), made(init_features=8, depth=1), made(init_features=8).to("meta"),
            hooked(), partly_training(), Derived(init_features=8).eval(), torch.jit.script(made(init_features=8)), lambda x: x,
        ):  # fmt: skip
            assert not can_stream(network, image, context)
        assert not can_stream(made(init_features=1), picture(1, 1, 3, 4096, 4096), context)
    assert not can_stream(made(init_features=8), image, context)  # gradients are wanted


@torch.no_grad()
def test_images_that_cannot_be_streamed_are_told_from_those_that_can():
    network = made(init_features=8)
    context = network_context(network)
    empty = torch.empty(1, 1, 3, 2**16, 64)
    assert can_stream(network, empty, context)
    assert not can_stream(network, empty[..., :63], context)  # too thin
    assert not can_stream(network, empty[..., : 2**14 - 1, :], context)  # too small
    assert not can_stream(network, empty.to("meta"), context)
    assert not can_stream(network, empty, Context(margin=24, stride=2))  # off the grid


def test_the_widest_column_that_the_limit_allows_is_taken():
    context = Context(margin=96, stride=16)
    assert widest_column(streamed_px(1000, 16, context), 16, context) == 800
    assert widest_column(streamed_px(992, 16, context) - 1, 16, context) == 800 - 16
    assert widest_column(streamed_px(256, 16, context), 16, context) == 64
    assert widest_column(streamed_px(256, 16, context) - 1, 16, context) == 0
    assert widest_column(1e9, 16, context) == 8192


@pytest.mark.parametrize(("height", "heights"), [(48, [48]), (49, [25, 24]), (100, [34, 34, 32]), (1, [1])])
def test_strips_are_of_about_equal_height(height: int, heights: list[int]):
    found = list(strips(Span(0, height, -5, height - 5), 48))
    assert [strip.last - strip.first for strip in found] == heights
    assert found[0].first == -5 and found[-1].last == height - 5


@pytest.mark.parametrize(("values", "rows"), [(16 * 2048, 80), (16 * 4096, 40), (64 * 4096, 16), (16, 96)])
def test_strips_fit_the_cache(values: int, rows: int):
    assert strip_rows(values) == rows


@torch.no_grad()
def test_batch_normalisation_that_lost_its_statistics_is_refused():
    network = made()
    network.encoder[0][1].running_mean = network.encoder[0][1].running_var = None
    with pytest.raises(ValueError, match="network must not take statistics from the image"):
        OverlapTileInferer()(picture(1, 3, 100, 64), network)


@pytest.mark.parametrize("layer", [nn.AvgPool2d(3, 1, 1), nn.Softmax(dim=2), nn.Softmax2d()])
@torch.no_grad()
def test_layers_that_may_look_at_other_pixels_are_not_streamed(layer: nn.Module):
    network = made(init_features=16, depth=3)
    image = picture(1, 1, 3, 800, 800)
    assert can_stream(network, image, network_context(network))
    network.encoder[0][2] = layer.eval()
    assert not can_stream(network, image, network_context(network))


@pytest.mark.skipif(not fast_bfloat16_cpu(), reason="this processor computes bfloat16 convolutions in another way")
@torch.no_grad()
def test_bfloat16_in_strips_of_a_large_image_is_bfloat16_whole_bit_for_bit(passes):
    network = made(depth=4, init_features=16)
    image = picture(1, 3, 740, 762)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        whole = one_pass(image, network)
    found = OverlapTileInferer(bfloat16=True)(image, network)
    assert passes and torch.equal(found, whole.float())
