"""Pixels that are not judged."""

import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import AsDiscreted, Compose, CopyItemsd

from custom.transforms import CheckLabelsd, ConnectedInstancesd, LabelledPixelsd

MASK = Compose([CheckLabelsd("label", num_classes=1, binary=True), AsDiscreted("label", threshold=0.5)])
CLASSES = CheckLabelsd("label", num_classes=3, binary=False)
CELLS = Compose([AsDiscreted("label", threshold=0.5), CopyItemsd("label", names="instances"), ConnectedInstancesd("instances")])


def of(*values: float) -> dict[str, torch.Tensor]:
    return {"label": torch.tensor([[values]])}


def test_a_mask_of_another_size_is_named():
    field = MetaTensor(torch.ones(1, 2, 4), meta={"filename_or_obj": "a_fov.png"})
    with pytest.raises(ValueError, match=r"^a_fov.png must be as large as its label, \(1, 4\), got \(2, 4\)"):
        LabelledPixelsd("label", MASK)({**of(0, 1, 1, 0), "field": field})


def test_255_is_ignored_and_not_foreground():
    assert LabelledPixelsd("label", MASK, ignore_label=255)(of(0, 1, 255, 1))["label"].tolist() == [[[0, 1, -1, 1]]]


def test_of_a_mask_of_0_and_255_another_value_is_ignored():
    assert LabelledPixelsd("label", MASK, ignore_label=128)(of(0, 255, 128, 255))["label"].tolist() == [[[0, 1, -1, 1]]]


def test_classes_keep_their_numbers_and_another_value_is_still_refused():
    assert LabelledPixelsd("label", CLASSES, ignore_label=255)(of(0, 2, 255, 1))["label"].tolist() == [[[0, 2, -1, 1]]]
    with pytest.raises(ValueError, match="a label holds 7"):
        LabelledPixelsd("label", CLASSES, ignore_label=255)(of(0, 7, 255, 1))


def test_a_field_of_view_is_ignored_outside_and_used_up_and_adds_to_the_value():
    field = torch.tensor([[[0, 255, 1, 1]]])
    result = LabelledPixelsd("label", MASK, ignore_label=255)({**of(1, 1, 255, 0), "field": field})
    assert result["label"].tolist() == [[[-1, 1, -1, 0]]]
    assert result.keys() == {"label"}


def test_instances_are_ignored_where_the_label_is():
    result = LabelledPixelsd(["label", "instances"], CELLS, ignore_label=9)(of(1, 0, 9, 1))
    assert result["label"].tolist() == [[[1, 0, -1, 1]]]
    assert result["instances"].tolist() == [[[1, 0, -1, 2]]]


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32, torch.float32])
def test_without_a_value_or_a_field_nothing_changes(dtype):
    label = torch.tensor([[[0, 1, 255]]]).to(dtype)
    kept = LabelledPixelsd("label", Compose([]))({"label": label})["label"]
    assert kept is label
    ignored = LabelledPixelsd("label", Compose([]), ignore_label=255)({"label": label})["label"]
    assert ignored.tolist() == [[[0, 1, -1]]]
