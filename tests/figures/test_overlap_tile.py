"""The paper's figure 2: the boxes are those of the tiles, the picture is that of the numbers."""

import numpy as np
import pytest
import torch

from custom.figures.overlap_tile import draw_overlap_tile, predict, with_context
from custom.inferers import OverlapTileInferer
from custom.networks import UNet

IMAGE = np.arange(48 * 80).reshape(48, 80) % 251


def made(padding: bool = False, depth: int = 3) -> UNet:
    torch.manual_seed(0)
    return UNet(1, 2, init_features=4, depth=depth, padding=padding, batch_norm=False).eval()


def edges_of(axes, gid: str) -> tuple[float, ...]:
    """Left, top, right, bottom."""
    (box,) = [patch for patch in axes.patches if patch.get_gid() == gid]
    return box.get_x(), box.get_y(), box.get_x() + box.get_width(), box.get_y() + box.get_height()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tile_size": 30}, r"tile_size must be a multiple of the stride \(4\), got 30"),
        ({"tile_size": 0}, r"tile_size must be a multiple of the stride \(4\), got 0"),
        ({"tile_size": 24, "tile": (2, 0)}, r"tile must lie in 0..1, 0..3 for these tiles, got \(2, 0\)"),
        ({"tile_size": 24, "tile": (0, -1)}, r"got \(0, -1\)"),
    ],
)
def test_tiles_that_do_not_exist_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw_overlap_tile(IMAGE, made(), **arguments)


def test_context_is_mirrored():
    image = np.array([[1, 2, 3], [4, 5, 6]])
    assert with_context(image, (-1, 2), (1, 5)).tolist() == [[5, 6, 5, 4], [2, 3, 2, 1], [5, 6, 5, 4]]


def test_a_valid_network_of_depth_3_eats_20_px_on_each_side_of_a_tile():
    # 104 px in tiles of 52 and 160 px in tiles of 56; an input's size leaves 0 when divided by the stride of 4.
    figure = draw_overlap_tile(np.zeros((104, 160)), made(), tile_size=56, tile=(0, 1))
    for axes in figure.axes:
        assert edges_of(axes, "kept") == (56, 0, 112, 52)
        assert edges_of(axes, "given") == (36, -20, 132, 72)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "given to the network: 92×96 px",
        "kept of its 52×56 px of output: 52×56 px",
    ]


def test_the_papers_network_is_given_572_pixels_for_384():
    with torch.device("meta"):
        network = UNet(padding=False)
    figure = draw_overlap_tile(np.zeros((768, 768)), network)
    assert edges_of(figure.axes[0], "given") == (-92, -92, 480, 480)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["given to the network: 572×572 px", "kept of its 388×388 px of output: 384×384 px"]


@pytest.mark.parametrize("padding", [False, True])
def test_the_pictures_lie_under_the_boxes(padding):
    figure = draw_overlap_tile(IMAGE, made(padding), tile_size=24, tile=(1, 3))
    whole, given = figure.axes
    for axes, corner in ((whole, (0, 0)), (given, edges_of(given, "given")[:2])):
        shown = axes.images[0]
        left, right, bottom, top = shown.get_extent()
        assert (bottom - top, right - left) == shown.get_array().shape
        assert (axes.get_xlim(), axes.get_ylim()) == ((left, right), (bottom, top))
        pixel = shown.get_array()[5 + int(corner[1] - top), 3 + int(corner[0] - left)]
        expected = with_context(IMAGE, (int(corner[1]) + 5, int(corner[1]) + 6), (int(corner[0]) + 3, int(corner[0]) + 4))
        assert pixel == expected[0, 0]
    haze = whole.images[1].get_array()[..., 3]
    assert (haze == 0).sum() == IMAGE.size
    left, _, _, top = whole.images[1].get_extent()
    assert (np.argwhere(haze == 0)[0] + (top, left)).tolist() == [0, 0]


def test_the_prediction_is_seamless_and_drawn_with_its_seams_marked():
    image = np.random.default_rng(0).integers(0, 256, (256, 200)).astype(np.uint8)
    network = made()
    prediction = predict(image, network, 128)
    assert prediction.difference == 0
    assert prediction.probabilities.shape == image.shape
    assert prediction.probabilities.std() > 0
    columns_first = torch.from_numpy((image - image.mean()) / image.std()).float().mT[None, None]  # as a training shows it
    with torch.no_grad():
        logits = OverlapTileInferer(128)(columns_first, network)
    shown = logits.softmax(dim=1) if logits.shape[1] > 1 else logits.sigmoid()
    assert np.allclose(prediction.probabilities, shown[0, -1].mT.numpy(), atol=1e-5)
    result = draw_overlap_tile(image, network, tile_size=128, prediction=prediction).axes[2]
    assert np.array_equal(result.images[0].get_array(), prediction.probabilities)
    assert (list(result.get_yticks()), list(result.get_xticks())) == ([128], [100])
