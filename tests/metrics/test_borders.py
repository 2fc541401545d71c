import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from custom.metrics import thin_borders

labels_2d = arrays(
    np.uint16, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9), elements=st.sampled_from([0, 0, 0, 0, 1, 2, 300])
)


def test_a_wide_border_becomes_a_line_in_its_middle():
    wide = np.array([[1, 1, 0, 0, 0, 2, 2], [1, 1, 0, 0, 0, 2, 2]])
    assert thin_borders(wide).tolist() == [[1, 1, 1, 0, 2, 2, 2], [1, 1, 1, 0, 2, 2, 2]]


def test_background_that_meets_one_object_only_is_filled():
    assert thin_borders(np.array([[0, 0, 5], [0, 0, 0]], dtype=np.uint8)).tolist() == [[5, 5, 5], [5, 5, 5]]


def test_objects_that_touch_go_on_touching():
    assert thin_borders(np.array([[1, 1, 2, 2]])).tolist() == [[1, 1, 2, 2]]


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)])
def test_without_objects_nothing_grows(shape):
    assert not thin_borders(np.zeros(shape, dtype=np.int32)).any()


def test_volumes_are_thinned_in_three_dimensions():
    volume = np.zeros((5, 2, 2), dtype=int)
    volume[0], volume[4] = 1, 2
    assert thin_borders(volume)[:, 0, 0].tolist() == [1, 1, 0, 2, 2]


def nearest_objects(labels):
    """For each pixel the labels of all objects at the least distance."""
    points = np.argwhere(labels > 0)
    names = labels[labels > 0]
    result = {}
    for pixel in np.ndindex(labels.shape):
        distances = np.square(points - pixel).sum(axis=1)
        result[pixel] = set(names[distances == distances.min()].tolist())
    return result


@settings(max_examples=60)
@given(labels_2d.filter(np.any))
def test_pixels_go_to_a_nearest_object_and_lines_run_where_these_differ(labels):
    thinned, nearest = thin_borders(labels), nearest_objects(labels)
    assert thinned.dtype == labels.dtype
    assert np.array_equal(thinned[labels > 0], labels[labels > 0])
    for (row, column), objects in nearest.items():
        if thinned[row, column]:
            assert thinned[row, column] in objects
        else:
            around = [(row, column), (row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
            assert len(set().union(*(nearest.get(pixel, set()) for pixel in around))) > 1


@settings(max_examples=60)
@given(labels_2d)
def test_growing_joins_no_objects(labels):
    def touching(array):
        edges = [(array[1:], array[:-1]), (array[:, 1:], array[:, :-1])]
        pairs = {tuple(sorted(pair)) for one, other in edges for pair in zip(one.flat, other.flat, strict=True)}
        return {pair for pair in pairs if 0 not in pair and pair[0] != pair[1]}

    assert touching(thin_borders(labels)) == touching(labels)


@settings(max_examples=20)
@given(labels_2d)
def test_the_lines_do_not_depend_on_the_names_of_the_objects(labels):
    new_names = np.zeros(301, dtype=int)
    new_names[[1, 2, 300]] = 9, 4, 5
    assert np.array_equal(thin_borders(new_names[labels]), new_names[thin_borders(labels)])
