"""Slices drawn from volumes."""

import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import RandCropByPosNegLabeld, RandSpatialCropSamplesd

from custom.transforms import RandSlicesd


def volume(labelled: tuple[int, ...] = (3,)) -> dict:
    """A volume (2, 4, 5, 10) whose slice d holds d, with a label on some slices."""
    image = torch.arange(10.0).expand(2, 4, 5, 10).clone()
    label = torch.zeros(1, 4, 5, 10)
    label[0, 1, 2, list(labelled)] = 1
    return {"image": MetaTensor(image), "label": MetaTensor(label), "patient_id": "p"}


def draws(num_slices: int, size_px: tuple[int, int] = (4, 5), num_patches: int = 1, seed: int = 0) -> RandSlicesd:
    patches = RandSpatialCropSamplesd(["image", "label"], size_px, num_patches, random_size=False)
    return RandSlicesd(["image", "label"], "label", patches, num_slices).set_random_state(seed)


def test_no_slices_is_an_error():
    with pytest.raises(ValueError, match="num_slices must be at least 1, got 0"):
        draws(0)


def test_an_image_gives_its_patches_and_a_volume_those_of_each_slice():
    data = {"image": torch.rand(2, 4, 5), "label": torch.ones(1, 4, 5)}
    patches = draws(7, (3, 2), num_patches=2)(data)
    assert [patch["image"].shape for patch in patches] == [(2, 3, 2)] * 2 and "slice_index" not in patches[0]
    assert [patch["label"].shape for patch in draws(7, (3, 2), num_patches=2)(volume())] == [(1, 3, 2)] * 14


def test_patches_are_centred_on_labels_whatever_the_weights():
    label = torch.tensor([[[-1.0, 0, 0, 1, 0, 0]] * 2, [[3.0, 1, 1, 1, 7, 1]] * 2])
    patches = RandCropByPosNegLabeld(["image", "label"], "labelled", [1, 1], pos=1, neg=0, num_samples=20)
    for data in ({"image": label, "label": label}, {"image": label[..., None], "label": label[..., None]}):
        drawn = RandSlicesd(["image", "label"], "label", patches, 1).set_random_state(0)(data)
        assert [patch["label"].flatten().tolist() for patch in drawn] == [[1, 1]] * 20
        assert drawn[0].keys() - {"slice_index"} == {"image", "label"}


def test_the_seed_decides_slices_and_patches():
    first, again, other = ([patch["image"] for patch in draws(9, (2, 2), seed=seed)(volume())] for seed in (5, 5, 6))
    assert all(map(torch.equal, first, again)) and not all(map(torch.equal, first, other))


def test_image_and_label_come_from_one_place_and_half_of_the_draws_have_a_label():
    slices = draws(400)(volume())
    assert len(slices) == 400
    for item in slices:
        assert item["image"].shape == (2, 4, 5) and item["label"].shape == (1, 4, 5) and item["patient_id"] == "p"
        assert item["image"].unique().tolist() == [item["slice_index"]]
        assert bool(item["label"].any()) == (item["slice_index"] == 3)
    assert {item["slice_index"] for item in slices} == set(range(10))
    # Half of the draws, and a tenth of the other half.
    assert sum(item["slice_index"] == 3 for item in slices) == pytest.approx(220, abs=30)


def test_a_volume_without_label_is_drawn_from_evenly():
    places = torch.tensor([item["slice_index"] for item in draws(1000)(volume(()))])
    assert places.bincount(minlength=10).min() > 60
