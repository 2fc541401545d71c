import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from monai.data import MetaTensor

from custom.transforms import ConnectedInstancesd, InstancesOfMasksd, connected_instances

masks = array_shapes(min_dims=2, max_dims=3, max_side=5).flatmap(lambda shape: arrays(bool, shape))


def by_flooding(mask, steps):
    """Instances by flooding from each pixel in raster order that has none yet."""
    instances = np.zeros(mask.shape, dtype=int)
    for start in np.ndindex(mask.shape):
        if not mask[start] or instances[start]:
            continue
        label, stack = instances.max() + 1, [start]
        while stack:
            pixel = stack.pop()
            inside = all(0 <= at < size for at, size in zip(pixel, mask.shape, strict=True))
            if inside and mask[pixel] and not instances[pixel]:
                instances[pixel] = label
                stack += [tuple(np.add(pixel, step)) for step in steps]
    return instances


@pytest.mark.parametrize("connectivity", [0, 3])
def test_connectivities_that_do_not_exist_are_refused(connectivity):
    with pytest.raises(ValueError, match=r"connectivity must lie in 1..2 \(the number of axes\), got"):
        connected_instances(np.zeros((3, 4)), connectivity=connectivity)


def test_pixels_join_along_edges_by_default_and_over_corners_on_demand():
    mask = np.array([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]], dtype=np.uint8)
    assert connected_instances(mask).tolist() == [[1, 1, 0, 0], [0, 0, 2, 0], [0, 0, 2, 2]]
    assert connected_instances(mask, connectivity=2).max() == 1


def test_probabilities_are_cut_above_the_threshold():
    probabilities = np.array([[0.9, 0.5, 0.6], [0.2, 0.1, 0.8]])
    assert connected_instances(probabilities).tolist() == [[1, 0, 2], [0, 0, 2]]
    assert connected_instances(probabilities, threshold=0.4).tolist() == [[1, 1, 1], [0, 0, 1]]


def test_an_image_without_cells_has_no_instances():
    assert connected_instances(np.zeros((3, 4))).tolist() == [[0] * 4] * 3


@settings(max_examples=40)
@given(masks, st.booleans())
def test_instances_are_those_of_flooding(mask, corners):
    steps = [np.subtract(step, 1) for step in np.ndindex(*[3] * mask.ndim)]
    steps = [step for step in steps if corners or np.abs(step).sum() == 1]
    instances = connected_instances(mask, connectivity=mask.ndim if corners else 1)
    assert np.array_equal(instances, by_flooding(mask, steps))


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor, MetaTensor])
def test_the_dictionary_form_labels_each_channel_and_keeps_the_kind(kind):
    pred = kind(np.array([[[0.9, 0.1, 0.9]], [[0.7, 0.7, 0.1]]], dtype=np.float32))
    data = {"pred": pred, "patient_id": "a"}
    result = ConnectedInstancesd(keys="pred")(data)
    assert type(result["pred"]) is type(pred)
    assert result["pred"].tolist() == [[[1, 0, 2]], [[1, 1, 0]]]
    assert str(result["pred"].dtype).endswith("int32")
    assert data["pred"] is pred
    assert result["patient_id"] == "a"


def test_the_dictionary_form_may_miss_a_key():
    assert ConnectedInstancesd(keys=["pred", "label"], allow_missing_keys=True)({"pred": np.ones((1, 2, 2))})["pred"].max() == 1


@pytest.mark.parametrize("dtype", [torch.float32, torch.uint8, torch.int32])
@pytest.mark.parametrize("value", [1, 255])
def test_a_mask_becomes_its_components_and_one_warning_names_it(value, dtype):
    mask = MetaTensor(
        torch.tensor([[[0, 1, 1, 0, 1], [1, 0, 0, 0, 1]]], dtype=dtype) * value, meta={"filename_or_obj": "a.png"}
    )
    transform = InstancesOfMasksd("label")
    with pytest.warns(UserWarning, match="a.png is a mask, not instances"):
        found = transform({"label": mask})["label"]
    assert found.tolist() == [[[0, 1, 1, 0, 2], [1, 0, 0, 0, 2]]]
    assert found.dtype == (torch.float32 if dtype is torch.float32 else torch.int32)
    assert transform({"label": mask})["label"].tolist() == found.tolist()


def test_a_mask_of_bytes_may_have_more_cells_than_a_byte_counts():
    mask = np.zeros((1, 40, 40), np.uint8)
    mask[:, ::2, ::2] = 255
    with pytest.warns(UserWarning, match="a label is a mask"):
        assert InstancesOfMasksd("label")({"label": mask})["label"].max() == 400


@pytest.mark.parametrize(
    "instances", [[[0, 5, 5, 0]], [[0, 5, 5, 0], [5, 0, 0, 0]], [[0, 0, 0, 0]], [[1, 0, 1, 2]], [[-1, 3, 3, 0]]]
)
def test_instances_are_no_mask(instances):
    label = torch.tensor([instances])
    assert InstancesOfMasksd("label")({"label": label})["label"] is label


def test_numbers_of_classes_are_told_in_a_warning():
    classes = np.tile(np.array([[1, 0, 2, 0], [0, 0, 0, 0]]), (3, 3))[None]
    with pytest.warns(UserWarning, match="has numbers of which most mark several parts, as classes do"):
        assert InstancesOfMasksd("label")({"label": classes})["label"] is classes
    transform = InstancesOfMasksd("label")
    transform({"label": np.array([[[1, 1, 0, 2]]])})
    transform({"label": classes})  # the first label alone is looked at
