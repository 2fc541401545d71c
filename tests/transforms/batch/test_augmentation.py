"""Whole batches: what the config declares, drawn as MONAI draws it and independent of how patches are batched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from monai.data import MetaTensor
from monai.transforms import Compose, Rand2DElasticd, RandAffined, RandFlipd, RandGaussianSharpend, RandRotate90d
from scipy import stats
from torch import Tensor

from custom.transforms import BatchAugmentation

CONFIG = Path(__file__).parents[3] / "bundle" / "configs" / "train.json"
KEYS, MODES = ["image", "label"], ["bilinear", "nearest"]
AFFINE = {"rotate_range": 0.5, "scale_range": [0.25, 0.25], "mode": MODES, "padding_mode": "reflection"}
ELASTIC = {"spacing": [32, 32], "magnitude_range": [1, 3], "mode": MODES, "padding_mode": "reflection"}


def declared(name: str) -> list[Any]:
    """The random transforms of train.json behind the crop, anew."""
    parser = ConfigParser(ConfigParser.load_config_file(CONFIG))
    return [
        each for each in parser.get_parsed_content(name).transforms if type(each).__name__ not in ("RandSlicesd", "SpatialPadd")
    ]


def batch(image: Tensor, label: Tensor | None = None, first: int = 0, **also: Tensor) -> dict[str, Any]:
    """Patches with the draws of items first, first + 1, …"""
    draw = torch.tensor([[0, 1, first + number, 0] for number in range(len(image))])
    return {"image": image.clone(), "label": (image[:, :1] if label is None else label).clone(), "draw": draw, **also}


def coordinates(size: int) -> Tensor:
    """An image (2, size, size) of its own rows and columns from the centre."""
    axis = torch.arange(size) - (size - 1) / 2
    return torch.stack(torch.meshgrid(axis, axis, indexing="ij"))


def by_batch(transforms: list[Any], image: Tensor, number: int) -> list[Tensor]:
    augment = BatchAugmentation(transforms)
    return list(augment(batch(image.expand(number, *image.shape)), "cpu")[0])


def by_monai(transforms: list[Any], image: Tensor, number: int) -> list[Tensor]:
    chain = Compose(transforms).set_random_state(0)
    return [torch.as_tensor(chain({"image": image.clone(), "label": image[:1].clone()})["image"]) for _ in range(number)]


WAYS = pytest.mark.parametrize("way", [by_batch, by_monai])


def test_a_batch_without_draws_and_a_negative_number_are_errors():
    with pytest.raises(ValueError, match="a batch to be augmented must have 'draw'; take custom.loading.StoredSlices"):
        BatchAugmentation([RandFlipd(KEYS, 1)])({"image": torch.zeros(1, 1, 4, 4), "label": torch.zeros(1, 1, 4, 4)})
    with pytest.raises(ValueError, match="at_once must be at least 0, got -1"):
        BatchAugmentation([], at_once=-1)


def test_all_of_train_json_behind_the_crop_is_done_to_batches_and_nothing_when_switched_off():
    transforms = declared("augmentation") + declared("grey_values")
    assert BatchAugmentation(transforms).per_item == []
    assert BatchAugmentation(transforms, enabled=False).per_item == transforms


def test_a_transform_that_is_not_known_runs_per_item_with_those_before_it_and_says_so():
    unknown = RandGaussianSharpend("image")
    with pytest.warns(
        UserWarning, match="^RandGaussianSharpend is not done to whole batches here, nor are the 1 transforms before"
    ):
        augment = BatchAugmentation([RandFlipd(KEYS, 1), unknown, RandRotate90d(KEYS, 1)])
    assert augment.per_item[1:] == [unknown] and len(augment.program.spatial) == 1


@pytest.mark.parametrize(
    "transforms",
    [
        [RandFlipd(["image", "mask"], 1), RandRotate90d(KEYS, 1)],
        [Rand2DElasticd(KEYS, prob=1, **ELASTIC), RandFlipd(KEYS, 1)],
        [*declared("grey_values")[:1], RandFlipd(KEYS, 1)],
        [RandAffined(KEYS, prob=1, **AFFINE), RandAffined(KEYS, prob=1, **AFFINE | {"mode": "nearest"})],
    ],
)
def test_transforms_that_one_field_cannot_hold_stay_monais(transforms):
    with pytest.warns(UserWarning, match="is not done to whole batches here, nor"):
        assert BatchAugmentation(transforms).per_item == transforms[:1]


@pytest.mark.parametrize("change", [{"padding_mode": "zeros"}, {"mode": "bicubic"}, {"spatial_size": (8, 8)}])
def test_options_that_batches_have_not_stay_monais(change):
    transforms = [RandAffined(KEYS, prob=1, **AFFINE | change)]
    assert BatchAugmentation(transforms).per_item == transforms


def test_with_probability_0_everything_stays_bit_for_bit():
    transforms = declared("augmentation") + declared("grey_values")
    for each in transforms:
        each.prob = 0
    image, label = torch.randn(3, 3, 32, 32), torch.randint(-1, 2, (3, 2, 32, 32)).float()
    found_image, found_label = BatchAugmentation(transforms)(batch(image, label), "cpu")
    assert torch.equal(found_image, image) and torch.equal(found_label, label)


def everything(image: Tensor, label: Tensor, first: int = 0, at_once: int = 0, **also: Tensor) -> dict[str, Any]:
    data = batch(image, label, first, **also)
    augment = BatchAugmentation(declared("augmentation") + declared("grey_values"), at_once=at_once)
    found = augment(data, "cpu")
    assert found[0] is data["image"] and found[1] is data["label"]
    return data


@pytest.fixture(scope="module")
def patches() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(0)
    label = torch.randint(-1, 3, (12, 1, 8, 8), generator=generator).float().repeat_interleave(6, 2).repeat_interleave(6, 3)
    return {"image": torch.randn(12, 3, 48, 48, generator=generator), "label": label}


def test_a_patch_becomes_the_same_in_any_batch_and_order(patches):
    image, label = patches["image"], patches["label"]
    whole = everything(image, label)
    halves = [everything(image[start : start + 5], label[start : start + 5], start) for start in (0, 5, 10)]
    for key in KEYS:
        assert torch.equal(whole[key], torch.cat([half[key] for half in halves]))
    order = torch.randperm(12, generator=torch.Generator().manual_seed(1))
    shuffled = batch(image[order], label[order])
    shuffled["draw"] = torch.stack([torch.tensor([0, 1, int(number), 0]) for number in order])
    found = BatchAugmentation(declared("augmentation") + declared("grey_values"))(shuffled, "cpu")
    assert torch.equal(found[0], whole["image"][order]) and torch.equal(found[1], whole["label"][order])
    assert not torch.equal(everything(image, label, first=1)["image"], whole["image"])


def test_a_batch_worked_on_as_a_whole_differs_by_rounding_alone(patches):
    one, whole = (everything(**patches, at_once=number) for number in (1, 12))
    torch.testing.assert_close(one["image"], whole["image"], atol=1e-3, rtol=0)
    assert (one["label"] == whole["label"]).float().mean() > 0.999


def test_labels_stay_what_they_were_and_weights_and_instances_move_with_them(patches):
    label = patches["label"]
    found = everything(patches["image"], torch.cat([label, label + 5], 1), weight=label.clone(), instances=(label * 7).short())
    assert set(found["label"][:, 0].unique().tolist()) == {-1, 0, 1, 2}
    assert not torch.equal(found["label"][:, :1], label) and torch.equal(found["label"][:, 0] + 5, found["label"][:, 1])
    assert torch.equal(found["label"][:, :1] * 7, found["instances"].float())
    same = found["weight"] == found["weight"].round()
    assert same.float().mean() > 0.6 and torch.equal(found["weight"][same], found["label"][:, :1][same])


def test_what_is_not_as_large_as_the_image_stays(patches):
    instances = torch.ones(12, 1, 99, 98)
    assert everything(**patches, instances=instances)["instances"] is instances


def test_metadata_stay_with_the_batch_and_the_network_gets_plain_tensors(patches):
    data = batch(patches["image"], patches["label"])
    data["image"] = MetaTensor(data["image"], meta={"filename_or_obj": ["a"] * 12})
    image, _ = BatchAugmentation(declared("augmentation"))(data, "cpu")
    assert type(image) is Tensor and data["image"].meta["filename_or_obj"] == ["a"] * 12
    assert torch.equal(data["image"].as_tensor(), image)


def dihedral(images: list[Tensor]) -> list[int]:
    """How often each of the 8 ways to lay a square comes."""
    ways = {tuple(torch.rot90(torch.arange(9.0).reshape(3, 3).flip(flip), turn).flatten().tolist()): 0
            for flip in ((), (0,)) for turn in range(4)}  # fmt: skip
    for image in images:
        ways[tuple(image.flatten().tolist())] += 1
    return list(ways.values())


def test_flips_and_turns_come_as_often_as_monais():
    image = torch.arange(9.0).reshape(1, 3, 3)
    counts = [dihedral(way(declared("augmentation")[:3], image, 1500)) for way in (by_batch, by_monai)]
    assert stats.chi2_contingency(counts).pvalue > 0.01


def angle_and_scales(image: Tensor) -> list[float]:
    """Of the affine map by which an image of coordinates was sampled, fitted in its middle."""
    middle = np.s_[:, 32:64, 32:64]
    target, source = (each[middle].flatten(1).double().numpy() for each in (coordinates(96), image))
    (a, b), (c, d) = np.linalg.lstsq(target.T, source.T, rcond=None)[0].T
    return [np.arctan2(c, a), np.hypot(a, c), np.hypot(b, d)]


def test_realised_angles_and_scales_are_distributed_as_monais():
    found = [
        np.array([angle_and_scales(each) for each in way([RandAffined(KEYS, prob=1, **AFFINE)], coordinates(96), 300)]).T
        for way in (by_batch, by_monai)
    ]
    for (ours, monais), highest in zip(zip(*found, strict=True), (0.5, 1.25, 1.25), strict=True):
        assert stats.ks_2samp(ours, monais, method="asymp").pvalue > 0.01
        assert max(ours) == pytest.approx(highest, abs=0.02)


def displacements(way: Callable[..., list[Tensor]]) -> Tensor:
    """(300, 2, 32, 32) in pixels, in the middle of images."""
    images = way([Rand2DElasticd(KEYS, prob=1, **ELASTIC)], coordinates(96), 300)
    return (torch.stack(images) - coordinates(96))[:, :, 32:64, 32:64]


def test_realised_displacements_are_distributed_as_monais_without_its_own_error():
    ours, monais = displacements(by_batch), displacements(by_monai)
    spread, wanted = ours.std(0).mean(), (monais - monais.mean(0)).std(0).mean()  # the mean is what MONAI moves at magnitude 0
    assert spread.item() == pytest.approx(wanted.item(), rel=0.05)
    assert ours.mean(0).abs().max() < 0.5 < monais.mean(0).abs().max()
    lengths = [each.norm(dim=1)[:, 16, 16] for each in (ours, monais - monais.mean(0))]
    assert stats.ks_2samp(*lengths, method="asymp").pvalue > 0.01


def statistics(image: Tensor) -> list[float]:
    flat = image.flatten(1)
    detail = (image.diff(dim=1).abs().mean() + image.diff(dim=2).abs().mean()).item()
    return [
        flat[0].mean().item(),
        flat[1].std().item(),
        flat.min().item(),
        flat.max().item(),
        detail,
        (flat == 0).all(1).sum().item(),
    ]


def test_grey_values_are_distributed_as_monais():
    image = torch.randn(3, 32, 32, generator=torch.Generator().manual_seed(0)).cumsum(1) / 4
    found = [
        np.array([statistics(each) for each in way(declared("grey_values"), image, 500)]).T for way in (by_batch, by_monai)
    ]
    for ours, monais in zip(*found, strict=True):
        assert stats.ks_2samp(ours, monais, method="asymp").pvalue > 0.01


def test_images_do_not_shift_against_their_labels():
    sizes = coordinates(64) * 4  # whole numbers and halves, far apart, so that a label's rounding is seen
    image = torch.cat([sizes, sizes[:1]]).expand(200, 3, 64, 64)
    transforms = declared("augmentation") + [each for each in declared("grey_values") if "Resolution" in type(each).__name__]
    transforms[-1].prob = 1
    found, label = BatchAugmentation(transforms)(batch(image, image[:, :2]), "cpu")
    shift = ((found[:, :2] - label) / 4)[:, :, 16:48, 16:48]
    assert shift.mean((0, 2, 3)).abs().max() < 0.02
    assert 0.2 < shift.std() < 0.5  # a label's rounding
