"""Cells grown together over the gaps between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from custom.transforms import close_gaps, connected_instances, separate_touching

small_instances = array_shapes(min_dims=2, max_dims=3, max_side=7).flatmap(
    lambda shape: arrays(np.int32, shape, elements=st.sampled_from([0, 0, 0, 0, 1, 2, 7]))
)


def closed_by_looking(instances: NDArray[np.int32], gap_px: int) -> NDArray[np.bool_]:
    """Which pixels of background are closed: each one's distance to all pixels of each cell."""
    closed = np.zeros(instances.shape, bool)
    pixels = np.argwhere(instances == 0)
    labels = np.unique(instances[instances > 0])
    if gap_px and len(pixels) and len(labels) > 1:
        distances = [cdist(pixels, np.argwhere(instances == label)).min(axis=1) for label in labels]
        closed[tuple(pixels.T)] = np.sort(distances, axis=0)[:2].sum(axis=0) < gap_px + 2
    return closed


@pytest.mark.parametrize(
    ("instances", "gap_px", "message"),
    [
        (np.zeros((2, 2), int), -1, "gap_px must be at least 0, got -1"),
        (np.zeros((2, 2)), 1, "instances must be of an integer type"),
        (np.array([[1, -1]]), 1, "instances must .* hold no negative number"),
    ],
)
def test_what_has_no_gaps_is_refused(instances: NDArray, gap_px: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        close_gaps(instances, gap_px=gap_px)


@settings(max_examples=60, deadline=None)
@given(small_instances, st.integers(0, 5))
def test_a_pixel_between_two_cells_goes_to_the_nearest(instances: NDArray[np.int32], gap_px: int) -> None:
    result = close_gaps(instances, gap_px=gap_px)
    closed = closed_by_looking(instances, gap_px)
    assert np.array_equal(result[~closed], instances[~closed])
    for pixel in np.argwhere(closed):
        distances = {
            label: cdist([pixel], np.argwhere(instances == label)).min() for label in np.unique(instances[instances > 0])
        }
        assert distances[result[tuple(pixel)]] == min(distances.values())


@pytest.mark.parametrize("gap_px", [2, 4, 8])
def test_what_was_taken_from_touching_cells_is_given_back(gap_px: int) -> None:
    rows, columns = np.indices((80, 90))
    for touching in (np.where(columns < 45, 1, 2), np.where(np.hypot(rows - 40, columns - 45) < 20, 2, 1)):
        assert np.array_equal(close_gaps(separate_touching(touching, gap_px=gap_px), gap_px=gap_px), touching)


def test_gaps_close_alike_whatever_the_labels_and_turns() -> None:
    instances = np.zeros((30, 40), np.int32)
    instances[3:20, 4:15], instances[3:20, 18:30], instances[24:28, 5:33] = 5, 2, 9
    closed = close_gaps(instances, gap_px=5)
    assert np.isin(closed[3:20, 15:18], (5, 2)).all() and (closed > 0).sum() > (instances > 0).sum() + 3 * 17
    assert np.array_equal(close_gaps(np.rot90(instances), gap_px=5) > 0, np.rot90(closed) > 0)
    renamed = np.array([0, 0, 7, 0, 0, 1, 0, 0, 0, 3])
    assert np.array_equal(close_gaps(renamed[instances], gap_px=5) > 0, closed > 0)
    assert close_gaps(np.zeros((0, 3), int), gap_px=5).shape == (0, 3)


def test_components_grow_together_on_request_and_small_ones_have_gone_before() -> None:
    mask = np.array([[1, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0]])
    assert connected_instances(mask, close_gap_px=2).tolist() == [[1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 0]]
    assert connected_instances(mask, close_gap_px=2, min_size_px=2).tolist() == [[1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0]]
