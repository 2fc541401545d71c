"""Pixels that move: against MONAI's transforms, one after another, with the same numbers."""

import numpy as np
import pytest
import torch
from monai.transforms import Affine as MonaiAffine
from monai.transforms import Flip as MonaiFlip
from monai.transforms import Rotate90

from custom.transforms import displacement_field
from custom.transforms.batch.fields import place_patches, sampling_field, turned
from custom.transforms.batch.placement import QUARTER_TURN, Affine, AffineRanges, Elastic, Flip, Placement, Turn

MODES = {"image": "bilinear", "label": "nearest"}


def coordinates(size_px: tuple[int, int]) -> torch.Tensor:
    """An image (2, H, W) of its own rows and columns, counted from the centre."""
    axes = [torch.arange(size) - (size - 1) / 2 for size in size_px]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"))


def placed(image: torch.Tensor, placement: Placement) -> torch.Tensor:
    patches = {"image": image[None].clone()}
    place_patches(patches, [placement], {"image": "bilinear"})
    return patches["image"][0]


def test_an_image_that_is_not_square_cannot_be_turned_but_flipped():
    with pytest.raises(ValueError, match=r"patches must be square to be turned, got \(2, 3\); leave out RandRotate90d"):
        turned(torch.zeros(1, 2, 3), QUARTER_TURN)
    assert turned(torch.tensor([[[1, 2, 3]]]), np.diag([1.0, -1, 1])).tolist() == [[[3, 2, 1]]]


def test_a_turned_image_by_hand():
    image = torch.tensor([[[1, 2], [3, 4]]])
    assert turned(image, QUARTER_TURN).tolist() == torch.rot90(image, 1, (1, 2)).tolist() == [[[2, 4], [1, 3]]]
    assert image.tolist() == [[[1, 2], [3, 4]]]


@pytest.mark.parametrize("flips", [(), (0,), (1,), (0, 1)])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_flips_and_turns_are_exactly_those_of_monai(flips, turns):
    image, placement, rng = torch.arange(50.0).reshape(2, 5, 5), Placement(), np.random.default_rng(0)
    expected = image
    for axis in flips:
        placement, expected = Flip(1, (axis,)).draw(rng, placement, (5, 5)), MonaiFlip(axis)(expected)
    for _ in range(turns):
        placement, expected = Turn(1, 1).draw(rng, placement, (5, 5)), Rotate90(1)(expected)
    assert not placement.bent and torch.equal(placed(image, placement), expected)


def test_flip_turn_and_affine_sampled_once_are_monais_three_samplings():
    rng, placement, angle, factors, shift = np.random.default_rng(0), Placement(), 0.3, (1.1, 0.9), (1.5, -2.0)
    placement = Turn(1, 1).draw(rng, Flip(1, (0,)).draw(rng, placement, (40, 40)), (40, 40))
    pairs = AffineRanges(
        ((angle, angle),), ((0.1, 0.1), (0.05, 0.05)), tuple((s, s) for s in shift), ((0.1, 0.1), (-0.1, -0.1))
    )
    placement = Affine(1, pairs).draw(rng, placement, (40, 40))
    affine = MonaiAffine(angle, (0.1, 0.05), shift, factors, image_only=True)
    expected = affine(Rotate90(1)(MonaiFlip(0)(coordinates((40, 40)))))
    inside = np.s_[:, 10:30, 10:30]  # at the border coordinates are reflected
    torch.testing.assert_close(
        placed(coordinates((40, 40)), placement)[inside], expected[inside].as_tensor(), atol=1e-3, rtol=0
    )


def test_displacements_are_the_bicubic_field_of_the_control_points_put_before_the_matrix():
    size = (61, 47)
    placement = Elastic(1, (20, 15), (2, 3)).draw(np.random.default_rng(1), Placement(np.diag([-1.0, 1, 1])), size)
    assert placement.control.shape == (2, 4, 4)
    field = displacement_field(torch.from_numpy(placement.control).float(), size)
    expected = (coordinates(size) + field) * torch.tensor([-1.0, 1.0])[:, None, None]
    found = (
        sampling_field([placement], size, torch.device("cpu"))[0].movedim(-1, 0).flip(0) * torch.tensor(size)[:, None, None] / 2
    )
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)
    assert field.std() > 1


def test_patches_of_all_kinds_in_one_batch_are_as_each_alone():
    rng, size, shape = np.random.default_rng(0), (33, 33), (8, 2, 33, 33)
    affine, elastic = Affine(0.4, AffineRanges((0.5,))), Elastic(0.4, (16, 16), (1, 3))
    placements = []
    for _ in range(8):
        placement = Turn(0.5, 3).draw(rng, Placement(), size)
        placements.append(elastic.draw(rng, affine.draw(rng, placement, size), size))
    assert {(each.bent, each.control is not None) for each in placements} >= {(True, True), (True, False), (False, False)}
    given = {"image": torch.rand(shape), "label": torch.randint(0, 3, shape).float()}
    batch = {key: value.clone() for key, value in given.items()}
    place_patches(batch, placements, MODES)
    for row, placement in enumerate(placements):
        alone = {key: value[row : row + 1].clone() for key, value in given.items()}
        place_patches(alone, [placement], MODES)
        torch.testing.assert_close(batch["image"][row], alone["image"][0], atol=1e-4, rtol=0)
        assert (batch["label"][row] == alone["label"][0]).float().mean() > 0.999


def test_whole_numbers_of_any_type_stay_as_they_are():
    label = torch.randint(-1, 200, (1, 1, 21, 21), dtype=torch.int16)
    patches = {"label": label.clone()}
    place_patches(
        patches,
        [Placement(Affine(1, AffineRanges((0.7,))).draw(np.random.default_rng(0), Placement(), (21, 21)).matrix, True)],
        MODES,
    )
    assert patches["label"].dtype == torch.int16 and set(patches["label"].unique().tolist()) <= set(label.unique().tolist())
