"""The paper's figure 1, read off a network that runs."""

from itertools import pairwise

import pytest
import torch

from custom.figures.architecture import COLOURS, draw_architecture
from custom.figures.layout import place
from custom.figures.trace import trace
from custom.networks import UNet


def made(*args, **arguments) -> UNet:
    with torch.device("meta"):
        return UNet(*args, **arguments)


PAPER = {"in_channels": 1, "out_channels": 2, "init_features": 64, "padding": False, "batch_norm": False}


def texts_of(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def arrows_of(figure, kind: str) -> int:
    arrows = [text.arrow_patch for text in figure.axes[0].texts if not text.get_text() and hasattr(text, "arrow_patch")]
    return sum(
        COLOURS[kind] == "#{:02x}{:02x}{:02x}".format(*(round(255 * c) for c in arrow.get_edgecolor()[:3])) for arrow in arrows
    )


def test_an_image_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"height 570 does not fit .*next heights: 572"):
        draw_architecture(made(**PAPER), 570)


@pytest.mark.parametrize("size", [(0, 16), (16, -1)])
def test_an_image_without_pixels_is_refused(size):
    with pytest.raises(ValueError, match="image must have at least 1 px on each side, got "):
        draw_architecture(made(), *size)


def test_the_papers_network_has_the_papers_sizes():
    seen = trace(made(**PAPER), 572, 572)
    assert [[maps.height for maps in level] for level in seen.down] == [
        [572, 570, 568],
        [284, 282, 280],
        [140, 138, 136],
        [68, 66, 64],
        [32, 30, 28],
    ]
    assert [[maps.height for maps in level] for level in seen.up] == [
        [56, 56, 54, 52],
        [104, 104, 102, 100],
        [200, 200, 198, 196],
        [392, 392, 390, 388],
    ]
    assert [[maps.channels for maps in level] for level in seen.up][-1] == [64, 128, 64, 64]
    assert seen.logits == [(2, 388, 388)]


def test_a_trace_on_the_meta_device_is_that_of_a_real_pass_and_leaves_no_hooks():
    arguments = {"in_channels": 2, "out_channels": 3, "init_features": 4, "depth": 3, "batch_norm": True}
    network = UNet(**arguments)
    assert trace(network, 20, 36) == trace(made(**arguments), 20, 36)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in network.modules())


def test_the_drawing_says_what_the_paper_says():
    figure = draw_architecture(made(**PAPER))
    texts = texts_of(figure)
    for size in ("572×572", "28×28", "56×56", "392×392"):
        assert texts.count(size) == 1
    assert texts.count("388×388") == 2
    assert [texts.count(channels) for channels in ("1", "1024", "2")] == [1, 3, 1]
    assert {kind: arrows_of(figure, kind) for kind in COLOURS} == {"conv": 18, "copy": 4, "pool": 4, "up": 4, "last": 1}
    legend = figure.axes[0].get_legend()
    assert legend.get_title().get_text() == "31 030 658 parameters"
    assert [text.get_text() for text in legend.get_texts()][:2] == ["conv 3×3, ReLU", "copy and crop"]


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_other_networks_and_oblong_images_are_drawn(depth):
    figure = draw_architecture(made(depth=depth, upsample="nearest"), 64, 32)
    assert texts_of(figure).count("64×32") == (4 if depth == 1 else 7)
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend[0] == "conv 3×3, batch norm, ReLU"
    assert ("copy" in legend) == (depth > 1)


def test_boxes_go_from_left_to_right_and_each_level_lies_below_the_one_above():
    boxes = place(trace(made(**PAPER), 572, 572))
    for row in (*boxes.down, *boxes.up):
        assert all(left.right <= right.left + 1e-9 for left, right in pairwise(row))
    for upper, lower in pairwise(boxes.down):
        assert lower[0].x == upper[-1].x
        assert lower[0].top < upper[-1].bottom
    assert boxes.up[0][1].x == boxes.down[-1][-1].x
    assert boxes.logits.left > boxes.up[-1][-1].right
    assert [row[0].maps.channels for row in boxes.up] == [512, 256, 128, 64]
