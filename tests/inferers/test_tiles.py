"""Geometry of tiles, and the margin against real networks."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from custom.inferers.context import network_context
from custom.inferers.tiles import Context, mirrored, padded_margin, round_up, spans
from custom.networks import UNet

PAPER = network_context(UNet(1, 2, 1, padding=False, batch_norm=False))
DEFAULT = network_context(UNet(init_features=1))


def test_mirroring_does_not_repeat_the_edge():
    assert mirrored(-2, 5, 3) == [2, 1, 0, 1, 2, 1, 0]


def test_tiles_of_the_paper_are_given_572_pixels_and_step_by_384():
    assert DEFAULT == Context(margin=96, stride=16)
    assert PAPER == Context(margin=92, stride=16, eaten=92, remainder=12)
    found = spans(1100, 384, PAPER)
    assert [(s.start, s.stop, s.first) for s in found] == [(0, 368, -92), (368, 736, 276), (736, 1100, 644)]
    found = spans(1140, 384, PAPER)
    assert [(s.start, s.stop, s.first) for s in found] == [(0, 384, -92), (384, 768, 292), (768, 1140, 676)]
    assert [s.last - s.first for s in found] == [572, 572, 556]
    assert found[1].kept(eaten=92) == slice(0, 384)


def test_without_mirroring_tiles_end_with_the_image():
    assert spans(100, 64, Context(24, 4), mirror=False) == [(0, 52, 0, 76), (52, 100, 28, 100)]


@pytest.mark.parametrize(("tile_size", "mirror", "expected"), [(1024, False, 1.30), (1024, True, 1.41), (4096, False, 1)])
def test_tiles_of_1024_pixels_cost_a_third_more_than_the_image(tile_size: int, mirror: bool, expected: float):
    computed = sum(s.last - s.first for s in spans(4096, tile_size, DEFAULT, mirror))
    assert (computed / 4096) ** 2 == pytest.approx(expected, abs=0.005)


@given(size_px=st.integers(1, 40), before=st.integers(0, 100), after=st.integers(0, 100))
def test_mirroring_is_numpys(size_px: int, before: int, after: int):
    expected = np.pad(np.arange(size_px), (before, after), mode="reflect")
    assert mirrored(-before, size_px + after, size_px) == expected.tolist()


@given(
    size_px=st.integers(1, 500),
    strides=st.integers(1, 9),
    depth=st.integers(1, 5),
    padding=st.booleans(),
    mirror=st.booleans(),
)
def test_tiles_cover_every_pixel_once_and_lie_on_the_grid(size_px: int, strides: int, depth: int, padding: bool, mirror: bool):
    context = network_context(UNet(1, 1, 1, depth, padding=padding))
    mirror = mirror or not padding
    found = spans(size_px, strides * context.stride, context, mirror)
    assert [pixel for s in found for pixel in range(s.start, s.stop)] == list(range(size_px))
    for s in found:
        assert s.start % context.stride == 0
        assert s.first <= max(s.start - context.margin, 0 if not mirror else -context.margin)
        kept = s.kept(context.eaten)
        assert 0 <= kept.start and kept.stop <= s.last - s.first - 2 * context.eaten
        assert (s.first - found[0].first) % context.stride == 0
        assert mirror or (0 <= s.first and s.last <= size_px)
        whole = round_up(size_px + 2 * context.margin, context.stride, context.remainder) if mirror else size_px
        assert s.last - s.first >= min(context.least, whole)


@pytest.mark.parametrize(("context", "least_px"), [(DEFAULT, 256), (PAPER, 380)])
def test_no_tile_is_thinner_than_16_pixels_at_the_deepest_level(context: Context, least_px: int):
    assert context.least == least_px
    network = UNet(1, 1, 1, padding=not context.eaten, batch_norm=False)
    widths = []
    network.encoder[-1].register_forward_hook(lambda _module, _inputs, output: widths.append(output.shape[-1]))
    network(torch.zeros(1, 1, least_px, least_px))
    assert widths == [16]


def reach(network: UNet, first: int, stop: int, size_px: int) -> tuple[int, int]:
    """How far left and right of `first:stop` a pixel of the input changes an output in it, found one pixel at a time."""
    touching = []
    with torch.no_grad():
        for column in range(size_px):
            image = torch.zeros(1, 1, network.stride, size_px)
            # Not a number is passed on by every operation, where another number may be lost in a ReLU or a maximum.
            image[..., column] = torch.nan
            if network(image)[..., first:stop].isnan().any():
                touching.append(column)
    return first - touching[0], touching[-1] + 1 - stop


@pytest.mark.parametrize("upsample", ["transposed", "nearest", "bilinear"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_the_margin_is_what_perturbed_pixels_show(depth: int, upsample: str):
    network = UNet(1, 1, 1, depth, upsample=upsample).eval()
    margin = padded_margin(depth, blends=upsample == "bilinear" and depth > 1)
    start = round_up(margin, network.stride) + network.stride
    stop = start + network.stride
    assert reach(network, start, stop, start + stop) == (margin, margin)
    assert network_context(network).margin == round_up(margin, network.stride)


def test_the_margin_of_the_default_depth_is_94():
    assert [padded_margin(depth) for depth in (1, 2, 3, 4, 5, 6)] == [2, 8, 22, 46, 94, 190]


def test_no_pixel_changes_an_output_more_than_107_px_away():
    columns = torch.arange(256, 272)  # one of each place between two lines of the grid
    image = torch.zeros(16, 1, 16, 512)
    image[range(16), ..., columns] = torch.nan
    with torch.no_grad():
        reached = UNet(1, 1, 1).eval()(image).isnan().any(dim=2)[:, 0]
    assert max(int((torch.where(row)[0] - column).abs().max()) for row, column in zip(reached, columns, strict=True)) == 107
