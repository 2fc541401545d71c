"""Masks of two predictions compared, on two patients of which every pixel is known."""

import numpy as np
import pytest
import tifffile
from mask_differences import differences, mean_dice


def masks(folder, **rows):
    for patient, row in rows.items():
        (folder / patient).mkdir(parents=True)
        tifffile.imwrite(folder / patient / "1_mask.tif", np.array([row], np.uint8) * 255)
    return folder


def test_masks_pixels_and_the_most_in_a_mask_are_counted(tmp_path):
    one = masks(tmp_path / "one", a=[1, 1, 0, 0], b=[0, 0, 1, 0], c=[1, 0, 0, 0])
    other = masks(tmp_path / "other", a=[1, 0, 1, 1], b=[0, 0, 1, 1], c=[1, 0, 0, 0])
    assert differences(one, other) == {"masks": 2, "pixels": 4, "most_in_a_mask": 3}
    assert differences(one, one) == {"masks": 0, "pixels": 0, "most_in_a_mask": 0}


def test_dice_is_the_mean_of_patients(tmp_path):
    pred, truth = masks(tmp_path / "p", a=[1, 1, 0, 0], b=[0, 0, 0, 1]), masks(tmp_path / "t", a=[1, 0, 0, 0], b=[0, 0, 0, 1])
    assert mean_dice(pred, truth) == pytest.approx((2 / 3 + 1) / 2)
