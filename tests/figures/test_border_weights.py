"""The paper's figure 3."""

import numpy as np
import pytest

from custom.figures.border_weights import PALETTE, colours_of, draw_border_weights
from custom.transforms import border_weight_map

INSTANCES = np.zeros((9, 12), np.uint16)
INSTANCES[2:7, 1:5] = 4
INSTANCES[2:7, 5:9] = 7
IMAGE = np.arange(108).reshape(9, 12)


def test_sizes_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"one size \(H, W\), got \(9, 12\) and \(9, 11\)"):
        draw_border_weights(IMAGE, INSTANCES[:, 1:])


def test_each_panel_shows_what_its_title_says():
    image, instances, mask, weight, bar = draw_border_weights(IMAGE, INSTANCES, w0=8, sigma=3).axes
    assert [axes.get_title() for axes in (image, instances, mask, weight)] == [
        "image",
        "instances",
        "mask, touching cells parted",
        "weights, w0 = 8, σ = 3 px",
    ]
    assert np.array_equal(image.images[0].get_array(), IMAGE)
    assert instances.images[1].get_array()[3].any(axis=-1).tolist() == [False] + 8 * [True] + 3 * [False]
    assert mask.images[0].get_array()[3].tolist() == [0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0]
    expected = border_weight_map(INSTANCES, w0=8, sigma=3)
    assert np.array_equal(weight.images[0].get_array(), expected)
    assert weight.images[0].get_clim() == (0, pytest.approx(float(expected.max())))
    assert bar.get_ylabel() == "w(x)"


def test_a_crop_has_the_weights_of_the_whole_image():
    crop = np.s_[1:8, 6:12]
    panels = draw_border_weights(IMAGE, INSTANCES, crop=crop).axes
    assert np.array_equal(panels[0].images[0].get_array(), IMAGE[crop])
    assert np.array_equal(panels[3].images[0].get_array(), border_weight_map(INSTANCES)[crop])


def test_neighbours_have_different_colours_and_background_none():
    rows, columns = np.indices((60, 60)) // 10
    instances = np.random.default_rng(0).permutation(36)[rows * 6 + columns] + 1
    instances[:10] = 0
    colours = colours_of(instances)
    assert not colours[:10].any()
    assert {tuple(colour) for colour in colours[10:].reshape(-1, 3)} == {tuple(colour) for colour in PALETTE}
    shown = colours[15::10, 5::10].astype(int)
    assert (np.abs(np.diff(shown, axis=0)).sum(-1) > 0).all()
    assert (np.abs(np.diff(shown, axis=1)).sum(-1) > 0).all()
