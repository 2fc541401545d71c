"""Slices that come in windows are joined as all at once are."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from monai.inferers import SimpleInferer

from custom.inferers import AcrossSlicesInferer, SliceJoin


def in_windows(slices, sizes, inferer, whole=False):
    """All slices (N, 1, H, W) of a patient, given in windows of these sizes."""
    join = SliceJoin(inferer, len(slices), whole)
    finished = [one for window in slices.split(sizes) for one in join.add(window)]
    return torch.stack([*finished, *join.end()])


@settings(max_examples=40)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    across=st.booleans(),
    largest=st.booleans(),
    variance=st.booleans(),
    whole=st.booleans(),
    seed=st.integers(0, 99),
)
def test_windows_of_any_sizes_give_the_same_bits_as_all_slices_at_once(sizes, across, largest, variance, whole, seed):
    slices = torch.randn(sum(sizes), 1 + variance, 5, 6, generator=torch.manual_seed(seed))
    chosen = {"across_slices": across, "largest_object": largest, "variance": variance}
    inferer = AcrossSlicesInferer(SimpleInferer(), threshold=0.6, **chosen)
    assert torch.equal(in_windows(slices, sizes, inferer, whole), inferer(slices, lambda images: images))


def test_a_slice_is_finished_when_its_neighbour_is_known():
    join = SliceJoin(AcrossSlicesInferer(SimpleInferer()), 5)
    slices = torch.randn(5, 1, 2, 3)
    assert [len(join.add(window)) for window in slices.split([2, 2, 1])] == [1, 2, 1]
    assert len(join.end()) == 1


def test_asked_for_the_whole_it_finishes_no_slice_before_the_last():
    join = SliceJoin(AcrossSlicesInferer(SimpleInferer()), 5, whole=True)
    assert [len(join.add(window)) for window in torch.randn(5, 1, 2, 3).split([2, 2, 1])] == [0, 0, 0]
    assert len(join.end()) == 5


def test_a_largest_object_is_refused_of_several_classes():
    join = SliceJoin(AcrossSlicesInferer(SimpleInferer(), largest_object=True), 3)
    with pytest.raises(ValueError, match="largest_object must be False for a network with 2 output channels"):
        join.add(torch.zeros(3, 2, 4, 4))
