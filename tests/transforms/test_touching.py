"""Borders between touching cells as a class of their own, and the cells that are made from it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy import ndimage

from custom.transforms import CellsAndBordersd, cells_and_borders, connected_instances, separate_touching

small_masks = array_shapes(min_dims=2, max_dims=3, max_side=7).flatmap(
    lambda shape: arrays(np.int32, shape, elements=st.sampled_from([0, 1, 2]))
)


def test_borders_are_a_class_where_cells_touch_and_unlabelled_pixels_stay():
    instances = np.array([[1, 1, 1, 4, 4, 4, 0, 7, 7, -1]] * 2)
    assert cells_and_borders(instances).tolist() == [[1, 1, 2, 2, 1, 1, 0, 1, 1, -1]] * 2
    assert cells_and_borders(instances, border_class=0).tolist() == separate_touching(instances).clip(max=1).tolist()
    other = np.where(instances == -1, -7, instances)
    assert cells_and_borders(other, ignore_index=-7).tolist() == [[1, 1, 2, 2, 1, 1, 0, 1, 1, -7]] * 2
    assert cells_and_borders(instances, gap_px=4, border_class=3).tolist() == [[1, 3, 3, 3, 3, 3, 0, 3, 1, -1]] * 2
    with pytest.raises(ValueError, match="gap_px must be an even number of at least 2, got 3"):
        cells_and_borders(instances, gap_px=3)


def test_the_transform_writes_the_classes_in_place_of_the_instances():
    instances = torch.tensor([[[1.0, 1, 2, 2], [0, 0, 2, 2]]])
    result = CellsAndBordersd("label")({"label": instances, "image": "kept"})
    assert result["image"] == "kept" and result["label"].dtype == torch.float32
    assert result["label"][0].tolist() == cells_and_borders(instances[0].numpy()).tolist()
    settings = {"gap_px": 4, "border_class": 3}
    line = np.array([[1, 1, 1, 4, 4, 4, -1]])
    changed = CellsAndBordersd("label", **settings)({"label": line[None]})["label"]
    assert changed.tolist() == [cells_and_borders(line, **settings).tolist()] == [[[1, 3, 3, 3, 3, 1, -1]]]


@pytest.mark.parametrize("shape", [(2, 4, 4), (4, 4), (1, 4, 4, 4)])
def test_what_is_not_one_image_is_refused_by_name(shape):
    with pytest.raises(ValueError, match=r"label must be instances of the shape \(1, H, W\), got"):
        CellsAndBordersd("label")({"label": torch.zeros(shape)})


@pytest.mark.parametrize("gap_px", [2, 4, 8])
def test_touching_cells_come_back_from_their_classes(gap_px):
    rows, columns = np.indices((80, 90))
    halves = np.where(columns < 45, 1, 2)
    assert np.array_equal(connected_instances(cells_and_borders(halves, gap_px=gap_px), border_class=2), halves)
    nested = np.where(np.hypot(rows - 40, columns - 45) < 20, 2, 1)
    moved = connected_instances(cells_and_borders(nested, gap_px=gap_px), border_class=2) != nested
    assert not (moved & (separate_touching(nested) > 0)).any()  # by a pixel at most


@settings(max_examples=100)
@given(small_masks, st.integers(0, 3))
def test_borders_go_to_objects_that_they_connect_to(mask: NDArray[np.int32], min_size_px: int):
    objects = connected_instances(mask == 1, min_size_px=min_size_px)
    result = connected_instances(mask, min_size_px=min_size_px, border_class=2)
    assert np.array_equal(result[mask != 2], objects[mask != 2])
    parts, _ = ndimage.label((objects > 0) | (mask == 2))
    for part in range(1, parts.max() + 1):
        given_away = result[(parts == part) & (mask == 2)]
        assert set(given_away) <= set(objects[parts == part]) - {0} if objects[parts == part].any() else not given_away.any()
    for label in range(1, objects.max() + 1):
        assert ndimage.label(result == label)[1] == 1


def test_a_border_pixel_goes_to_the_nearest_of_the_objects_that_are_left():
    mask = np.array([[1, 1, 1, 2, 2, 2, 2, 2, 1, 0, 2, 2]])
    assert connected_instances(mask, border_class=2)[0, [3, 4, 6, 7]].tolist() == [1, 1, 2, 2]
    assert connected_instances(mask, border_class=2)[0, 10:].tolist() == [0, 0]
    assert connected_instances(mask, border_class=2, min_size_px=2).tolist() == [[1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]]
    assert connected_instances(mask).tolist() == [[1] * 9 + [0, 2, 2]]
    nearer_below = np.array([[2, 2, 2, 1], [2, 2, 2, 2], [2, 1, 2, 2]])
    assert connected_instances(nearer_below, border_class=2)[0, 0] == 2


def test_borders_grow_at_corners_too_where_objects_connect_there():
    mask = np.array([[1, 0], [0, 2]])
    assert connected_instances(mask, border_class=2).tolist() == [[1, 0], [0, 0]]
    assert connected_instances(mask, border_class=2, connectivity=2).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("border_class", [1, -1])
def test_cells_are_no_borders(border_class):
    with pytest.raises(ValueError, match=f"border_class must be at least 2, or 0 for none, got {border_class}"):
        connected_instances(np.ones((2, 2)), border_class=border_class)


def test_numbers_that_float32_cannot_tell_apart_and_volumes_are_refused():
    with pytest.raises(ValueError, match="label must number its instances below 16777216, got 16777218"):
        CellsAndBordersd("label")({"label": torch.tensor([[[0.0, 2**24 + 2]]])})
    assert CellsAndBordersd("label")({"label": torch.tensor([[[0, 2**24 + 2]]])})["label"].tolist() == [[[0, 1]]]
    with pytest.raises(ValueError, match=r"label must be .* \(1, H, W\), got \(1, 2, 2, 2\), not one image"):
        CellsAndBordersd("label")({"label": torch.ones(1, 2, 2, 2)})
