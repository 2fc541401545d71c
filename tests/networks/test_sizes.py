"""Sizes of valid convolutions."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from custom.networks import UNet, next_valid_sizes, valid_margin, valid_output_size


def test_a_size_that_does_not_fit_names_the_next_ones():
    with pytest.raises(ValueError, match="size 570 .* next sizes: 572, 588, 604"):
        valid_output_size(570)


def test_the_paper_maps_572_to_388():
    assert valid_output_size(572) == 388
    assert valid_margin(5) == 92


def test_depth_one_eats_two_pixels_a_side():
    assert valid_output_size(7, depth=1) == 3
    assert valid_margin(1) == 2


@settings(max_examples=20)
@given(size_px=st.integers(1, 120), depth=st.integers(1, 4))
def test_the_formula_agrees_with_a_real_forward_pass(size_px: int, depth: int):
    network = UNet(1, 1, 1, depth, padding=False, batch_norm=False)
    size_px = next_valid_sizes(size_px, depth, number=1)[0]
    assert network(torch.zeros(1, 1, size_px, size_px)).shape[-1] == valid_output_size(size_px, depth)


@settings(max_examples=20)
@given(size_px=st.integers(1, 140), depth=st.integers(2, 4))
def test_sizes_between_the_valid_ones_are_refused(size_px: int, depth: int):
    network = UNet(1, 1, 1, depth, padding=False, batch_norm=False)
    sizes = next_valid_sizes(size_px, depth)
    if size_px not in sizes:
        with pytest.raises(ValueError, match=f"height {size_px} .* next heights: {sizes[0]}, {sizes[1]}, {sizes[2]}"):
            network(torch.zeros(1, 1, size_px, sizes[0]))
