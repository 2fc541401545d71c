"""NaN is refused where it comes in."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from custom.transforms import CheckFinited


@pytest.mark.parametrize(
    ("value", "kind"), [(np.nan, "NaN or infinite values"), (-np.inf, "NaN or infinite"), (-1e16, "values above 1e15")]
)
def test_one_bad_value_names_the_file_and_how_many(value, kind):
    label = MetaTensor(torch.zeros(1, 3, 4), meta={"filename_or_obj": "b_mask.png"})
    label[0, 2, 1] = value
    with pytest.raises(ValueError, match=rf"^b_mask.png holds {kind}.* in 1 of 12 places; write it again"):
        CheckFinited(["image", "label"])({"image": np.ones((1, 3, 4), np.float32), "label": label})


def test_without_a_file_the_key_is_named():
    with pytest.raises(ValueError, match="^image holds NaN"):
        CheckFinited("image")({"image": np.full((1, 2, 2), np.nan)})


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.float64])
def test_numbers_pass_as_they_are(dtype):
    item = {"image": np.arange(6).reshape(1, 2, 3).astype(dtype), "patient_id": "a"}
    passed = CheckFinited("image")(item)
    assert passed["image"] is item["image"] and passed["patient_id"] == "a"
