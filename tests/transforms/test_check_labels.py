"""Labels that a loss can take, and those that it cannot."""

import pytest
import torch

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
