import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from monai.data import MetaTensor
from monai.transforms import Affine, Rand2DElastic, Rand2DElasticd

from custom.transforms import (
    Rand2DElasticExact,
    Rand2DElasticExactd,
    RandDisplacementGrid,
    displacement_field,
    realised_displacement,
)

PAPER = {"magnitude_range": (10.0, 10.0), "prob": 1.0}


def keys_cubic(x):
    """The kernel of bicubic convolution, a = -0.75."""
    x = abs(x)
    if x < 1:
        return 1.25 * x**3 - 2.25 * x**2 + 1
    return -0.75 * (x**3 - 5 * x**2 + 8 * x - 4) if x < 2 else 0.0


def interpolated_by_hand(control, size):
    """Each pixel's sum over the control points in reach, one axis after the other."""
    for axis, length in enumerate(size):
        control = np.moveaxis(control, axis, 0)
        number = len(control)
        rows = []
        for pixel in range(length):
            at = pixel * (number - 1) / (length - 1)
            near = [math.floor(at) + k for k in (-1, 0, 1, 2)]
            rows.append(sum(keys_cubic(at - k) * control[min(max(k, 0), number - 1)] for k in near))
        control = np.moveaxis(np.array(rows), 0, axis)
    return control


@pytest.mark.parametrize("spacing", [0, (32, -1)])
def test_spacings_that_are_not_positive_are_refused(spacing):
    with pytest.raises(ValueError, match="spacing must be a positive number of pixels, got"):
        Rand2DElasticExact(spacing, (1, 2))


@pytest.mark.parametrize(
    ("size", "spacing", "points"),
    [
        ((572, 512), 256, (3, 3)),
        ((572, 388), ((572 - 1) / 2, (388 - 1) / 2), (3, 3)),
        ((65, 97), 32, (3, 4)),
        ((5, 1), 32, (2, 2)),
    ],
)
def test_the_grid_spans_the_image_in_equal_intervals_next_to_the_spacing(size, spacing, points):
    grid = RandDisplacementGrid(spacing, (1, 1)).set_random_state(0)
    grid.randomize(size)
    assert grid.random_offset.shape == (2, *points)
    assert grid(size).shape == (3, *size)


def test_a_pushed_control_point_moves_its_neighbours_by_the_cubic_kernel():
    control = torch.zeros(2, 3, 3)
    control[0, 1, 1] = 8.0
    profile = torch.tensor([0, 0.59375, 1, 0.59375, 0])  # keys_cubic(0.5) = 0.59375
    field = displacement_field(control, (5, 5))
    assert torch.allclose(field[0], 8 * torch.outer(profile, profile))
    assert not field[1].any()


def test_the_field_is_that_of_the_kernel_summed_by_hand():
    control = np.random.default_rng(0).normal(size=(2, 3, 4))
    field = displacement_field(torch.tensor(control), (13, 22)).numpy()
    assert np.allclose(field, [interpolated_by_hand(part, (13, 22)) for part in control])


@settings(max_examples=30)
@given(st.tuples(st.integers(2, 70), st.integers(2, 70)), st.floats(1, 100), st.integers(0, 99))
def test_magnitude_0_is_the_identity(size, spacing, seed):
    transform = Rand2DElasticExact(spacing, (0, 0), prob=1.0).set_random_state(seed)
    assert realised_displacement(transform, size).abs().max() < 1e-4
    image = torch.rand(1, *size, generator=torch.Generator().manual_seed(seed))
    assert torch.allclose(transform(image), image, rtol=0, atol=1e-6)
    assert torch.equal(transform(image, mode="nearest"), image)


def test_magnitude_0_is_the_identity_on_the_papers_tile_and_not_in_monai():
    ours, theirs = (cls(286, (0, 0), prob=1.0) for cls in (Rand2DElasticExact, Rand2DElastic))
    assert realised_displacement(ours, (572, 572)).abs().max() < 1e-4
    assert realised_displacement(theirs, (572, 572)).abs().max().item() == pytest.approx(13.76, abs=0.01)


def test_realised_displacements_at_the_papers_control_points_are_normal_with_10_px():
    size = (65, 97)
    transform = Rand2DElasticExact(((65 - 1) / 2, (97 - 1) / 2), **PAPER).set_random_state(seed=0)
    vectors = torch.stack([realised_displacement(transform, size)[:, ::32, ::48] for _ in range(300)])
    assert vectors.shape == (300, 2, 3, 3)
    assert vectors.std().item() == pytest.approx(10, rel=0.05)
    assert abs(vectors.mean().item()) < 0.5
    assert (vectors.abs() < 10).float().mean().item() == pytest.approx(0.683, abs=0.03)
    independent = torch.corrcoef(vectors.flatten(1).T) - torch.eye(18)
    assert independent.abs().max() < 0.25


def test_realised_displacements_are_those_of_the_drawn_control_points():
    transform = Rand2DElasticExact(20, (1, 5), prob=1.0).set_random_state(seed=1)
    measured = realised_displacement(transform, (41, 61))
    drawn = torch.as_tensor(transform.deform_grid.rand_mag * transform.deform_grid.random_offset)
    assert torch.allclose(measured, displacement_field(drawn.float(), (41, 61)), atol=1e-3)


def test_without_magnitude_the_affine_part_is_monais():
    image = torch.rand(1, 30, 40, generator=torch.Generator().manual_seed(0))
    angle = 0.3
    turned = Rand2DElasticExact(10, (0, 0), prob=1.0, rotate_range=((angle, angle),), translate_range=((2, 2), (5, 5)))(image)
    expected = Affine(rotate_params=angle, translate_params=(2, 5), image_only=True)(image)
    assert torch.allclose(turned, expected, atol=1e-4)


def test_randomize_false_repeats_the_last_draw():
    image = torch.rand(1, 30, 40, generator=torch.Generator().manual_seed(0))
    transform = Rand2DElasticExact(10, (2, 4), prob=1.0, rotate_range=0.2).set_random_state(seed=0)
    first = transform(image)
    assert torch.equal(transform(image, randomize=False), first)
    assert not torch.equal(transform(image), first)


def test_image_and_label_move_alike_and_the_label_stays_whole():
    rows, columns = torch.meshgrid(torch.arange(60.0), torch.arange(80.0), indexing="ij")
    label = (((rows // 12) + (columns // 16)) % 4)[None]
    transform = Rand2DElasticExactd(
        ["image", "label"], 30, (4, 4), prob=1.0, mode=["bilinear", "nearest"], padding_mode="border"
    )
    result = transform.set_random_state(seed=0)({"image": label.clone(), "label": label, "patient_id": "a"})
    assert set(result["label"].unique().tolist()) == {0, 1, 2, 3}
    assert not torch.equal(result["label"], label)
    inside = torch.as_tensor(result["image"]) == torch.as_tensor(result["image"]).round()
    assert inside.float().mean() > 0.6
    assert torch.equal(result["image"][inside], result["label"][inside])
    assert result["patient_id"] == "a"


def test_the_dictionary_form_draws_what_the_array_form_draws():
    image = torch.rand(1, 30, 40, generator=torch.Generator().manual_seed(0))
    ranges = {"rotate_range": 0.2, "padding_mode": "reflection"}
    by_key = Rand2DElasticExactd("image", 10, (2, 4), prob=1.0, **ranges)
    by_array = Rand2DElasticExact(10, (2, 4), prob=1.0, **ranges)
    by_key.rand_2d_elastic.set_random_state(seed=5)
    by_array.set_random_state(seed=5)
    assert torch.equal(by_key({"image": image})["image"], by_array(image))


def test_prob_0_leaves_the_data_and_a_size_takes_the_centre():
    image = torch.arange(48.0).reshape(1, 6, 8)
    transform = Rand2DElasticExactd("image", 10, (2, 4), prob=0.0)
    assert torch.allclose(transform({"image": image})["image"], image)
    centre = Rand2DElasticExactd("image", 10, (2, 4), spatial_size=(2, 4), prob=0.0)({"image": image})["image"]
    assert torch.allclose(centre, image[:, 2:4, 2:6])


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor, MetaTensor])
def test_our_deformation_takes_and_gives_what_monais_does(kind):
    image = kind(np.random.default_rng(0).random((2, 20, 30), dtype=np.float32))
    ours, theirs = (cls("image", (10, 10), (1, 2), prob=1.0)({"image": image}) for cls in (Rand2DElasticExactd, Rand2DElasticd))
    assert type(ours["image"]) is type(theirs["image"])
    assert (ours["image"].dtype, ours["image"].shape) == (theirs["image"].dtype, theirs["image"].shape)
    assert Rand2DElasticExactd("image", 10, (1, 2), allow_missing_keys=True)({"label": 1}) == {"label": 1}
