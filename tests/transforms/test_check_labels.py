"""Labels that a loss can take, and those that it cannot."""

import pytest
import torch
from monai.data import MetaTensor

from custom.transforms import CheckLabelsd


@pytest.mark.parametrize(
    ("num_classes", "binary", "values", "wrong"),
    [
        (1, True, [0, 2], "2"),
        (1, True, [0, 1, 255], "1"),
        (1, True, [0, 0.5], "0.5"),
        (3, False, [0, 3], "3"),
        (2, False, [-1], "-1"),
    ],
)
def test_a_wrong_value_is_named(num_classes, binary, values, wrong):
    with pytest.raises(ValueError, match=f"a label holds {wrong}, but must hold"):
        CheckLabelsd("label", num_classes, binary)({"label": torch.tensor([values])})


@pytest.mark.parametrize(
    ("num_classes", "binary", "values"), [(1, True, [0, 1]), (1, True, [0, 255]), (1, True, [0]), (3, False, [0, 2, 1])]
)
def test_right_values_pass_unchanged(num_classes, binary, values):
    label = torch.tensor([values])
    assert CheckLabelsd("label", num_classes, binary)({"label": label})["label"] is label


def test_values_that_rounding_parts_from_whole_numbers_are_whole():
    label = MetaTensor(torch.tensor([[0, 0.9999, 2.0001]]), meta={"filename_or_obj": "a.nii"})
    whole = CheckLabelsd("label", num_classes=3, binary=False)({"label": label})["label"]
    assert whole.tolist() == [[0, 1, 2]]
    assert whole.meta["filename_or_obj"] == "a.nii"
    with pytest.raises(ValueError, match="a label holds 1.01"):
        CheckLabelsd("label", num_classes=3, binary=False)({"label": torch.tensor([[0, 1.01]])})


def test_the_grey_seam_of_a_lossy_mask_is_named_and_the_mend():
    label = torch.tensor([[0.0, 1, 3, 252, 255]])
    with pytest.raises(ValueError, match="a label holds 3, but must hold 0 and 1, or 0 and 255; save masks as PNG or TIFF"):
        CheckLabelsd("label", num_classes=1, binary=True)({"label": label})


@pytest.mark.parametrize(
    ("num_classes", "binary", "values", "mend"),
    [
        (2, False, [0, 255], "of masks of 0 and 255 leave num_classes at 1"),
        (1, True, [0, 1, 2], "of classes up to 2 set num_classes to 3"),
        (1, True, [0, 1, 4], "of classes up to 4 set num_classes to 5"),
        (1, True, [0, 1, 2, 255], "of classes up to 2 set num_classes to 3 and ignore_label to 255"),
        (2, True, [0, 1, 2], "paper.json takes two classes"),
        (3, True, [0, 1, 2], "paper.json takes two classes"),
        (1, True, [0, 0.5, 2], "must hold 0 and 1, or 0 and 255$"),
    ],
)
def test_a_wrong_number_of_classes_is_told_the_mend(num_classes, binary, values, mend):
    with pytest.raises(ValueError, match=mend):
        CheckLabelsd("label", num_classes, binary)({"label": torch.tensor([values])})
