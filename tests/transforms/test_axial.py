"""Volumes turned and turned back; what needs neither stays as it is."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Compose, Invertd, NormalizeIntensityd, Orientationd

from custom.transforms import AxialSlicesd, InvertAxialSlicesd, NormalizeChannelsd

SETTINGS = {"keys": "image", "axcodes": "RAS", "labels": None}
SAGITTAL = torch.tensor([[0, 0, 2, 5], [-1, 0, 0, 7], [0, -3, 0, 1], [0, 0, 0, 1.0]], dtype=torch.float64)


def volume(affine):
    return MetaTensor(torch.arange(24.0).reshape(1, 2, 3, 4), affine=affine)


@pytest.mark.filterwarnings("ignore:axcodes")
@pytest.mark.parametrize("affine", [torch.eye(4, dtype=torch.float64), SAGITTAL], ids=["straight", "sagittal"])
def test_a_volume_is_turned_and_turned_back_as_by_monai(affine):
    found, expected = ({"image": volume(affine)} for _ in range(2))
    ours, monais = AxialSlicesd(**SETTINGS), Orientationd(**SETTINGS)
    found, expected = ours(found), monais(expected)
    assert torch.equal(found["image"].as_tensor(), expected["image"].as_tensor())
    assert torch.equal(found["image"].affine, expected["image"].affine)
    found["pred"], expected["pred"] = (MetaTensor(item["image"].as_tensor() > 5) for item in (found, expected))
    back = {"keys": "pred", "orig_keys": "image", "nearest_interp": False}
    found = InvertAxialSlicesd(**back, transform=Compose([ours]))(found)
    expected = Invertd(**back, transform=Compose([monais]))(expected)
    assert torch.equal(found["pred"].as_tensor(), expected["pred"].as_tensor())
    assert found["pred"].shape == (1, 2, 3, 4)


def test_a_picture_is_handed_on_without_a_trace():
    image = MetaTensor(torch.rand(3, 4, 5))
    assert AxialSlicesd(**SETTINGS)({"image": image})["image"] is image
    assert not image.applied_operations


def test_a_prediction_of_a_picture_gets_its_meta_data():
    image = MetaTensor(torch.rand(3, 4, 5), meta={"filename_or_obj": "a.tif"})
    invert = InvertAxialSlicesd("pred", orig_keys="image", transform=Compose([AxialSlicesd(**SETTINGS)]))
    pred = invert({"image": image, "pred": MetaTensor(torch.ones(1, 4, 5))})["pred"]
    assert torch.equal(pred.as_tensor(), torch.ones(1, 4, 5)) and pred.meta["filename_or_obj"] == "a.tif"


@pytest.mark.parametrize("shape", [(3, 64, 48), (1, 9, 7), (2, 6, 5, 4)])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_channels_are_normalised_as_by_monai_to_the_last_bit(shape, dtype):
    values = torch.from_numpy(np.random.default_rng(0).integers(0, 255, shape)).to(dtype)
    values[0] = 7
    ours, monais = (
        transform({"image": MetaTensor(values.clone(), meta={"filename_or_obj": "a.tif"})})["image"]
        for transform in (NormalizeChannelsd("image"), NormalizeIntensityd("image", channel_wise=True, dtype=torch.float32))
    )
    assert ours.dtype == torch.float32
    assert torch.equal(ours.as_tensor(), monais.as_tensor())
    assert ours.meta["filename_or_obj"] == "a.tif"
