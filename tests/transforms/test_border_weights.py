import os
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from monai.data import CacheDataset, MetaTensor
from monai.transforms import Compose, RandRotate90d, ThresholdIntensityd
from scipy import ndimage
from skimage.io import imread

from custom.transforms import BorderWeightMapd, border_weight_map, separate_touching

DATA = Path(os.environ.get("UNET_BUNDLE_DATA", Path(__file__).parents[2] / "../shared/data"))

small_instances = array_shapes(min_dims=2, max_dims=2, max_side=8).flatmap(
    lambda shape: arrays(np.int16, shape, elements=st.sampled_from([0, 0, 0, 0, 1, 2, 7, -1]))
)


def scattered_cells(size_px, number, seed):
    """Discs of 3 to 9 px radius; where they overlap, the last covers, so that many touch."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices(size_px)
    instances = np.zeros(size_px, np.int32)
    for label in range(1, number + 1):
        row, column, radius = rng.uniform([0, 0, 3], [*size_px, 9])
        instances[(rows - row) ** 2 + (columns - column) ** 2 < radius**2] = label
    return instances


def separated_by_looking(instances, gap_px=2):
    """The disc around each pixel, one after the other."""
    result, reach = instances.copy(), gap_px // 2
    padded = np.pad(instances, reach)
    disc = np.hypot(*np.ogrid[-reach : reach + 1, -reach : reach + 1]) < reach + 0.5
    for row, column in np.ndindex(instances.shape):
        around = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1][disc]
        if instances[row, column] > 0 and len(set(around[around > 0].tolist())) > 1:
            result[row, column] = 0
    return result


def weights_by_definition(instances, w0=10.0, sigma=5.0, class_balance=True):
    """Equation 2 in float64, with one distance transform a cell over the whole image."""
    instances = separated_by_looking(instances)
    labelled, cells = instances != -1, instances > 0
    weight = np.ones(instances.shape)
    if class_balance and cells.any() and not cells[labelled].all():
        share = cells.sum() / labelled.sum()
        weight = np.where(cells, 1 / (2 * share), 1 / (2 * (1 - share)))
    labels = np.unique(instances[cells])
    if len(labels) >= 2:
        d1, d2 = np.sort([ndimage.distance_transform_edt(instances != label) for label in labels], axis=0)[:2]
        weight = weight + np.where(cells, 0, w0 * np.exp(-((d1 + d2) ** 2) / (2 * sigma**2)))
    return np.where(labelled, weight, 0)


@pytest.mark.parametrize(
    ("instances", "message"),
    [
        (np.zeros((1, 4, 4), int), r"instances must be one image \(H, W\) without channel, got the shape \(1, 4, 4\)"),
        (np.zeros((0, 4), int), "instances must be one image"),
        (np.array([[0, -2]]), "instances must hold whole numbers from 0, or -1 where unlabelled, got -2"),
        (np.array([[0, 0.5]]), "instances must hold whole numbers from 0, or -1 where unlabelled, got 0.5"),
        (np.array([[0, np.nan]]), "instances must hold whole numbers from 0, or -1 where unlabelled, got nan"),
    ],
)
def test_arrays_that_are_no_instances_are_refused(instances, message):
    with pytest.raises(ValueError, match=message):
        border_weight_map(instances)


@pytest.mark.parametrize(
    ("argument", "value"), [("w0", -1), ("w0", 1e300), ("sigma", 0), ("sigma", float("nan")), ("cell_fraction", 1)]
)
def test_numbers_out_of_range_are_refused(argument, value):
    with pytest.raises(ValueError, match=f"{argument} must .*, got {re.escape(str(value))}"):
        border_weight_map(np.zeros((2, 2), int), **{argument: value})


def test_touching_cells_are_parted_by_two_pixels_and_others_left():
    instances = np.array([[1, 1, 1, 2, 2, 2, 0, 3], [1, 1, 1, 2, 2, 2, 0, 3]])
    assert separate_touching(instances).tolist() == [[1, 1, 0, 0, 2, 2, 0, 3]] * 2
    assert separate_touching(instances, gap_px=4).tolist() == [[1, 0, 0, 0, 0, 0, 0, 0]] * 2


def test_cells_that_touch_at_a_corner_are_parted_too():
    instances = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 2, 2], [0, 0, 2, 2]])
    assert separate_touching(instances).tolist() == [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 2], [0, 0, 2, 2]]


def test_a_pixel_between_two_cells_has_the_weight_of_equation_2():
    # At column 2: d1 = 1 to cell 4, d2 = 3 to cell 9. Without w_c's balance the rest is 1.
    weight = border_weight_map(np.array([[0, 4, 0, 0, 0, 9]]), class_balance=False)
    assert weight[0, 2] == pytest.approx(1 + 10 * np.exp(-(4**2) / (2 * 5**2)), rel=1e-6)
    assert weight[0, 0] == pytest.approx(1 + 10 * np.exp(-(6**2) / (2 * 5**2)), rel=1e-6)
    assert weight[0, [1, 5]].tolist() == [1, 1]


def test_classes_are_balanced_by_the_image_or_by_a_given_share_of_cells():
    instances = np.array([[5, 0, 0, 0, -1]])
    assert border_weight_map(instances).tolist() == pytest.approx(np.array([[2, 2 / 3, 2 / 3, 2 / 3, 0]]))
    assert border_weight_map(instances, cell_fraction=0.1).tolist() == pytest.approx(np.array([[5, *[0.5 / 0.9] * 3, 0]]))


@pytest.mark.parametrize("value", [0, 3])
def test_an_image_of_one_class_has_weight_1(value):
    weight = border_weight_map(np.full((3, 4), value))
    assert weight.dtype == np.float32
    assert weight.tolist() == [[1] * 4] * 3


def test_one_cell_has_no_border():
    weight = border_weight_map(np.array([[0, 0, 6, 6, 0, 0]]), class_balance=False)
    assert weight.tolist() == [[1] * 6]


def test_unlabelled_pixels_weigh_nothing_and_separate_nothing():
    instances = np.array([[1, 1, -1, -1, 2, 2]])
    assert separate_touching(instances).tolist() == instances.tolist()
    assert border_weight_map(instances).tolist() == [[1, 1, 0, 0, 1, 1]]
    other = np.where(instances == -1, 255, instances).astype(np.uint8)
    assert border_weight_map(other, ignore_index=255).tolist() == [[1, 1, 0, 0, 1, 1]]


@settings(max_examples=60)
@given(small_instances, st.sampled_from([2, 4, 6]))
def test_separation_is_done_once_and_as_by_looking_at_each_pixel(instances, gap_px):
    separated = separate_touching(instances, gap_px=gap_px)
    assert np.array_equal(separated, separated_by_looking(instances, gap_px))
    assert np.array_equal(separated, separate_touching(separated, gap_px=gap_px))


@pytest.mark.parametrize("gap_px", [0, 1, 3])
def test_a_gap_that_is_odd_or_below_2_is_refused(gap_px):
    message = f"gap_px must be an even number of at least 2, got {gap_px}"
    with pytest.raises(ValueError, match=message):
        separate_touching(np.zeros((2, 2), int), gap_px=gap_px)
    with pytest.raises(ValueError, match=message):
        BorderWeightMapd("instances", gap_px=gap_px)


@settings(max_examples=30)
@given(small_instances, st.integers(0, 3), st.booleans())
def test_weights_turn_and_flip_with_the_image(instances, turns, flipped):
    def turn(array):
        return np.rot90(array[::-1] if flipped else array, turns)

    assert np.array_equal(border_weight_map(turn(instances)), turn(border_weight_map(instances)))


@settings(max_examples=30)
@given(small_instances, st.permutations([3, 200, 1_000_000_000]))
def test_weights_are_blind_to_relabelling(instances, names):
    renamed = instances.astype(np.int64)
    for label, name in zip((1, 2, 7), names, strict=True):
        renamed[instances == label] = name
    assert np.array_equal(border_weight_map(renamed), border_weight_map(instances))


@pytest.mark.parametrize(
    ("number", "arguments"),
    [(1, {}), (2, {}), (6, {"class_balance": False}), (25, {}), (25, {"sigma": 2.0}), (9, {"w0": 1000.0, "sigma": 15.0})],
)
def test_weights_are_those_of_one_distance_transform_a_cell(number, arguments):
    instances = scattered_cells((120, 97), number, seed=number)
    instances[40:50, 30:45] = -1
    np.testing.assert_allclose(
        border_weight_map(instances, **arguments), weights_by_definition(instances, **arguments), rtol=1e-6
    )


@settings(max_examples=40)
@given(small_instances, st.sampled_from([0.3, 1.0, 5.0]))
def test_tiny_images_have_the_defined_weights(instances, sigma):
    np.testing.assert_allclose(
        border_weight_map(instances, sigma=sigma), weights_by_definition(instances, sigma=sigma), rtol=1e-6
    )


def test_real_nuclei_have_the_defined_weights():
    folder = DATA / "dsb2018/instances"
    if not folder.is_dir():
        pytest.skip(f"no data in {folder}; set UNET_BUNDLE_DATA")
    for path in sorted(folder.iterdir())[:60:20]:
        instances = imread(path).astype(np.int32)
        np.testing.assert_allclose(border_weight_map(instances), weights_by_definition(instances), rtol=1e-6)


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor, MetaTensor])
def test_the_dictionary_form_adds_weights_of_the_same_kind_and_parts_the_label(kind):
    instances = kind(np.array([[[1, 1, 2, 2, 0]]], dtype=np.float32))
    result = BorderWeightMapd(keys="label", sigma=2.0)({"label": instances, "patient_id": "a"})
    assert type(result["weight"]) is type(instances)
    assert str(result["weight"].dtype).endswith("float32")
    assert result["label"].tolist() == [[[1, 0, 0, 2, 0]]]
    assert result["weight"].tolist() == [border_weight_map(np.array([[1, 0, 0, 2, 0]]), sigma=2.0).tolist()]
    assert instances.tolist() == [[[1, 1, 2, 2, 0]]]
    assert result["patient_id"] == "a"


def test_the_dictionary_form_refuses_several_keys_and_several_channels():
    with pytest.raises(ValueError, match="keys must be one key"):
        BorderWeightMapd(keys=["image", "label"])
    with pytest.raises(ValueError, match=r"label must be instances of the shape \(1, H, W\), got \(2, 3, 3\)"):
        BorderWeightMapd(keys="label")({"label": np.zeros((2, 3, 3))})
    assert BorderWeightMapd(keys="label", allow_missing_keys=True)({"image": 0}) == {"image": 0}


def test_cached_weights_turned_with_the_label_are_those_of_the_turned_label():
    instances = scattered_cells((40, 30), 8, seed=0)
    instances[:4] = -1
    transform = Compose(
        [
            BorderWeightMapd(keys="label"),
            ThresholdIntensityd(keys="label", threshold=1, above=False, cval=1),
            RandRotate90d(keys=["label", "weight"], prob=1.0),
        ]
    ).set_random_state(seed=3)
    dataset = CacheDataset([{"label": torch.as_tensor(instances[None])}], transform, progress=False)
    assert "weight" in dataset._cache[0]
    result = dataset[0]
    turned = next(np.rot90(instances, turns) for turns in (1, 2, 3) if matches(np.rot90(instances, turns), result["label"][0]))
    assert np.array_equal(result["weight"][0], border_weight_map(turned))


def matches(instances, label):
    return instances.shape == tuple(label.shape) and np.array_equal(np.sign(separate_touching(instances)), label.numpy())
