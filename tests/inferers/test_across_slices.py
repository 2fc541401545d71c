"""Neighbouring slices agree."""

import numpy as np
import pytest
import torch
from monai.inferers import SimpleInferer
from scipy import ndimage

from custom.inferers import AcrossSlicesInferer


def identity(images):
    return images


def of_slices(*values):
    """A batch of slices (N, 1, 2, 3), each of one value."""
    return torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1, 1).expand(-1, 1, 2, 3)


def as_volume(slices):
    """A volume (1, 1, 2, 3, D) of slices (D, 1, 2, 3)."""
    return slices.permute(1, 2, 3, 0)[None]


def test_a_slice_counts_twice_and_its_neighbours_once_and_the_ends_stand_in_for_what_they_lack():
    assert AcrossSlicesInferer(SimpleInferer())(of_slices(4, 0, 8), identity)[:, 0, 0, 0].tolist() == [3, 3, 6]


def test_slices_of_a_volume_and_of_a_batch_are_treated_alike():
    slices = torch.randn(5, 1, 2, 3, generator=torch.manual_seed(0))
    infer = AcrossSlicesInferer(SimpleInferer())
    torch.testing.assert_close(infer(as_volume(slices), identity), as_volume(infer(slices, identity)), rtol=0, atol=0)


def test_the_patients_of_a_batch_of_volumes_do_not_mix():
    one, other = as_volume(of_slices(1, 2, 3)), as_volume(of_slices(9, 9, 9))
    infer = AcrossSlicesInferer(SimpleInferer())
    together = infer(torch.cat([one, other]), identity)
    torch.testing.assert_close(together, torch.cat([infer(one, identity), infer(other, identity)]), rtol=0, atol=0)


@pytest.mark.parametrize("lone", [torch.randn(1, 1, 2, 3), torch.randn(1, 1, 2, 3, 1)])
def test_a_lone_slice_is_left_as_it_is(lone):
    assert torch.equal(AcrossSlicesInferer(SimpleInferer())(lone, identity), lone)


def test_the_average_over_slices_can_be_switched_off():
    slices = of_slices(4, 0, 8)
    assert torch.equal(AcrossSlicesInferer(SimpleInferer(), across_slices=False)(slices, identity), slices)


def objects():
    """Slices (3, 1, 4, 5) with an object of 3 voxels, two of which touch at a corner of two slices, and one of 2 voxels."""
    slices = torch.full((3, 1, 4, 5), -2.0)
    slices[0, 0, 0, 0] = slices[1, 0, 1, 1] = slices[1, 0, 1, 2] = 3
    slices[1:, 0, 3, 4] = 9
    return slices


def chosen_by_average(inputs):
    return AcrossSlicesInferer(SimpleInferer(), largest_object=True)(inputs, identity)


@pytest.mark.parametrize("shape", [lambda slices: slices, as_volume])
def test_the_average_chooses_the_object_and_single_slices_draw_it(shape):
    slices = torch.full((6, 1, 4, 9), -2.0)
    slices[1:4, 0, 1, 1] = torch.tensor([0.4, 1, 0.4])  # an object of three slices, of which the average leaves one, …
    slices[4, 0, :, 4:] = 1  # … and one of a single slice, which has more voxels, and of which it leaves none
    slices[[3, 5], 0, :, 4:] = -9
    expected = slices.clone()
    expected[4, 0, :, 4:] = -9
    averaged = AcrossSlicesInferer(SimpleInferer())(slices, identity)
    assert (averaged >= 0).nonzero().tolist() == [[2, 0, 1, 1]]
    assert torch.equal(chosen_by_average(shape(slices)), shape(expected))


@pytest.mark.parametrize("seed", range(8))
def test_what_stays_is_connected_with_the_largest_object_of_the_average(seed):
    slices = torch.randn(7, 1, 9, 8, generator=torch.manual_seed(seed)) - 1.2
    averaged = (AcrossSlicesInferer(SimpleInferer())(slices, identity) >= 0)[:, 0].numpy()
    marked = (slices >= 0)[:, 0].numpy()
    pieces, _ = ndimage.label(averaged, np.ones((3, 3, 3)))
    largest = pieces == 1 + np.bincount(pieces.ravel())[1:].argmax()
    objects, _ = ndimage.label(marked | largest, np.ones((3, 3, 3)))
    expected = marked & np.isin(objects, objects[largest])
    kept = chosen_by_average(slices)
    assert np.array_equal((kept >= 0)[:, 0].numpy(), expected)
    assert torch.equal(kept[:, 0][torch.from_numpy(expected)], slices[:, 0][torch.from_numpy(expected)])


def test_a_patient_in_whom_the_average_marks_nothing_has_no_object():
    slices = of_slices(-9, 1, -9)
    assert torch.equal(chosen_by_average(slices), torch.full_like(slices, -9))


def only_objects(inputs):
    return AcrossSlicesInferer(SimpleInferer(), across_slices=False, largest_object=True)(inputs, identity)


@pytest.mark.parametrize("shape", [lambda slices: slices, as_volume])
def test_only_the_object_with_most_voxels_stays_and_the_others_get_the_lowest_logit(shape):
    expected = objects()
    expected[1:, 0, 3, 4] = -2
    assert torch.equal(only_objects(shape(objects())), shape(expected))


@pytest.mark.parametrize("threshold", [0.2, 0.4, 0.5, 0.6, 0.9])
def test_one_object_is_left_in_the_mask_whatever_its_threshold(threshold):
    probabilities = torch.tensor([0.95, 0.05, 0.7, 0.05, 0.5, 0.05, 0.45, 0.05, 0.3]).repeat(2, 1)[:, None, None]
    infer = AcrossSlicesInferer(SimpleInferer(), across_slices=False, largest_object=True, threshold=threshold)
    kept = infer(probabilities.logit(), identity).sigmoid() >= threshold
    assert kept.sum() == 2


@pytest.mark.parametrize("threshold", [0, 1, -0.5])
def test_a_threshold_that_is_no_probability_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold must be a number between 0 and 1, got"):
        AcrossSlicesInferer(SimpleInferer(), threshold=threshold)


def test_each_volume_of_a_batch_keeps_its_largest_object():
    other = objects()
    other[0, 0, 0, 0] = other[1, 0, 1, 1] = -2
    together = only_objects(torch.cat([as_volume(objects()), as_volume(other)]))
    assert torch.equal(together, torch.cat([only_objects(as_volume(slices)) for slices in (objects(), other)]))
    assert (together > 0).sum((1, 2, 3, 4)).tolist() == [3, 2]


def test_a_patient_without_or_with_one_object_and_a_lone_slice_are_left_as_they_are():
    for slices in (of_slices(-1, -2), of_slices(-1, 5, 5), objects()[1:2]):
        assert torch.equal(only_objects(slices), slices)


def test_the_largest_object_of_several_classes_is_refused():
    with pytest.raises(ValueError, match="largest_object must be False for a network with 2 output channels"):
        only_objects(torch.zeros(3, 2, 4, 5))


def test_a_voxel_on_the_threshold_is_part_of_an_object_as_it_is_part_of_the_mask():
    image = torch.full((1, 1, 4, 4, 2), -1.0)
    image[..., :2, :2, 0] = 1.0
    image[..., 3, 3, 1] = 0.0  # a probability of 0.5, which sums of bfloat16 logits often reach
    kept = only_objects(image)
    assert (kept.sigmoid() >= 0.5).sum() == 4 and kept[..., 3, 3, 1] == -1.0


def test_what_is_cleared_is_a_copy_with_the_slices_of_a_batch_as_they_lie():
    image = torch.full((2, 1, 4, 4), -1.0)
    image[0, 0, :2, :2], image[0, 0, 3, 3] = 1.0, 2.0
    before = image.clone()
    kept = only_objects(image)
    assert torch.equal(image, before) and kept[0, 0, 3, 3] == -1.0 and kept.is_contiguous()


@pytest.mark.parametrize("threshold", [1e-50, 1e-10, 0.3, 1 - 1e-7, 1 - 1e-12])
def test_objects_are_told_by_probabilities_in_32_bits_however_extreme_the_threshold(threshold):
    logits = torch.full((2, 1, 3, 9), -150.0)
    logits[:, :, :, 1:4], logits[:, :, 1, 6:8] = 18.0, 120.0
    logits[0, 0, 0, 1] = -100.0
    infer = AcrossSlicesInferer(SimpleInferer(), across_slices=False, largest_object=True, threshold=threshold)
    objects, number = ndimage.label((logits.sigmoid() >= threshold)[:, 0].numpy(), np.ones((3, 3, 3)))
    others = (objects > 0) & (objects != 1 + np.bincount(objects.ravel())[1:].argmax())
    assert number in (1, 2) and others.any() == (number == 2)
    assert torch.equal(infer(logits, identity), logits.masked_fill(torch.from_numpy(others)[:, None], -150.0))


@pytest.mark.parametrize("shape", [lambda slices: slices, as_volume])
def test_a_variance_beside_the_logits_is_passed_on_as_it_is(shape):
    slices, variance = shape(objects()), shape(torch.rand(3, 1, 4, 5, generator=torch.manual_seed(0)))
    infer = AcrossSlicesInferer(SimpleInferer(), largest_object=True, variance=True)
    found = infer(torch.cat([slices, variance], dim=1), identity)
    assert torch.equal(found[:, 1:], variance)
    assert torch.equal(found[:, :1], AcrossSlicesInferer(SimpleInferer(), largest_object=True)(slices, identity))
