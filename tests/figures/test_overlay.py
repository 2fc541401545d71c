"""Pictures of predictions on their images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.segmentation import find_boundaries

from custom.figures import COLOURS, NUMBERS, grey_picture, outlined, overlay

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def test_the_contour_lies_inside_and_parts_touching_objects():
    labels = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 2], [0, 1, 1, 1, 2], [0, 1, 1, 1, 2]])
    marked = outlined(np.zeros((4, 5), np.uint8), labels) == NUMBERS["prediction"]
    assert marked.astype(int).tolist() == [[0, 0, 0, 0, 0], [0, 1, 1, 1, 1], [0, 1, 0, 1, 1], [0, 1, 0, 1, 1]]


def test_around_what_fills_the_image_its_edge_is_drawn():
    frame = [[1, 1, 1], [1, 0, 1], [1, 0, 1], [1, 1, 1]]
    for pred, truth, name in ((1, 0, "prediction"), (0, 1, "truth"), (1, 1, "prediction")):
        drawn = outlined(np.zeros((4, 3), np.uint8), np.full((4, 3), pred), np.full((4, 3), truth))
        assert (drawn == NUMBERS[name]).astype(int).tolist() == frame


@given(arrays(np.uint8, SHAPES, elements=st.integers(0, 2)))
def test_contours_are_those_of_scikit_image(labels):
    labels[0, 0] = 0
    marked = outlined(np.zeros(labels.shape, np.uint8), labels) == NUMBERS["prediction"]
    assert np.array_equal(marked, find_boundaries(labels, mode="inner"))


@given(arrays(np.uint8, SHAPES))
def test_grey_values_of_8_bits_are_those_of_percentiles(image):
    low, high = np.percentile(image.astype(np.float64), (1, 99.5))
    expected = np.clip((image.astype(np.float64) - low) / max(high - low, 1e-9), 0, 1) * 253
    assert np.array_equal(grey_picture(image), expected.round().astype(np.uint8))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_of_three_channels_the_second_is_drawn(dtype):
    image = np.random.default_rng(0).integers(0, 200, (12, 9, 3)).astype(dtype)
    assert np.array_equal(grey_picture(image), grey_picture(image[..., 1]))
    picture = overlay(image, np.zeros((12, 9)))
    assert np.array_equal(picture, COLOURS[grey_picture(image)])


def test_colours_are_254_greys_from_black_to_white_and_the_two_contours():
    assert (COLOURS[:254] == COLOURS[:254, :1]).all() and (np.diff(COLOURS[:254, 0].astype(int)) > 0).all()
    assert COLOURS[[0, 253, 254, 255]].tolist() == [[0, 0, 0], [255, 255, 255], [86, 180, 233], [255, 150, 0]]
