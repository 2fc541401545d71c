"""Image and label on one grid, or a line that says that they are not."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from custom.data.pairs import TOLERANCE
from custom.transforms import AxialSlicesd, OneGridd

AFFINE = torch.diag(torch.tensor([-1.0, -1, 3, 1], dtype=torch.float64))


def volume(affine=AFFINE, shape=(1, 4, 5, 6)):
    return MetaTensor(torch.zeros(shape), affine=affine)


def shifted(millimetres):
    affine = AFFINE.clone()
    affine[0, 3] += millimetres
    return affine


def test_another_word_is_refused():
    with pytest.raises(ValueError, match="label_geometry must be one of file, image, got 'both'"):
        OneGridd("label", label_geometry="both")


@pytest.mark.parametrize("label_geometry", ["file", "image"])
def test_another_size_is_refused_either_way(label_geometry):
    with pytest.raises(ValueError, match=r"label has the shape \(4, 5, 7\), its image \(4, 5, 6\)"):
        OneGridd("label", label_geometry=label_geometry)({"image": volume(), "label": volume(shape=(1, 4, 5, 7))})


@pytest.mark.parametrize("affine", [shifted(2 * TOLERANCE), torch.eye(4, dtype=torch.float64), AFFINE[[1, 0, 2, 3]]])
def test_a_label_elsewhere_is_refused_or_takes_the_place_of_its_image(affine):
    data = {"image": volume(), "label": volume(affine)}
    with pytest.raises(ValueError, match="the affine of the label places it elsewhere than its image; set label_geometry"):
        OneGridd("label")(data)
    assert np.array_equal(OneGridd("label", label_geometry="image")(data)["label"].affine, AFFINE)


def test_affines_that_differ_by_rounding_are_one():
    data = {"image": volume(), "label": volume(shifted(TOLERANCE / 2))}
    assert OneGridd("label")(data)["label"] is data["label"]


@pytest.mark.parametrize("turn", [1e-6, -1e-6])
def test_a_volume_between_two_axes_and_its_label_are_turned_alike_whatever_their_rounding(turn):
    values = torch.rand(1, 8, 8, 8)
    at_45_degrees, other = torch.eye(4, dtype=torch.float64), torch.eye(4, dtype=torch.float64)
    for affine, angle in ((at_45_degrees, np.pi / 4), (other, np.pi / 4 + turn)):
        affine[:2, :2] = torch.tensor([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    data = {"image": MetaTensor(values, affine=at_45_degrees), "label": MetaTensor(values.clone(), affine=other)}
    turned = AxialSlicesd(["image", "label"], axcodes="RAS", labels=None)(OneGridd("label")(data))
    assert torch.equal(turned["image"].as_tensor(), turned["label"].as_tensor())


def test_a_key_may_be_absent_and_channels_may_differ():
    data = {"image": volume(shape=(3, 4, 5, 6)), "label": volume()}
    assert set(OneGridd(["label", "field"])(data)) == {"image", "label"}
