"""Neighbouring slices agree."""

import pytest
import torch
from monai.inferers import SimpleInferer

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


def test_it_can_be_switched_off():
    slices = of_slices(4, 0, 8)
    assert torch.equal(AcrossSlicesInferer(SimpleInferer(), across_slices=False)(slices, identity), slices)
