"""Tiles as tensors."""

import pytest
import torch

from custom.inferers.cutting import as_slices, batches, cut
from custom.inferers.tiles import Span

WHOLE = Span(0, 6, 0, 6), Span(0, 5, 0, 5)
LAYOUTS = [torch.contiguous_format, torch.channels_last]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("volume", [False, True])
def test_whole_images_are_cut_as_they_are_in_the_layout_that_is_asked_for(layout, channels, volume):
    images = torch.rand(5, channels, 6, 5, generator=torch.manual_seed(0))
    slices = as_slices(images.movedim(0, -1)[None] if volume else images)
    for chosen in batches(slices, 2):
        batch = cut(slices, chosen, WHOLE, images.device, layout)
        assert torch.equal(batch, images[[d if volume else n for n, d in chosen]])
        assert batch.stride() == torch.empty(batch.shape, memory_format=layout).stride()


def test_whole_images_in_their_layout_are_not_copied():
    images = torch.rand(5, 3, 6, 5)
    batch = cut(as_slices(images), [(2, 0), (3, 0)], WHOLE, images.device, torch.contiguous_format)
    assert batch.data_ptr() == images[2].data_ptr()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_part_is_cut_with_its_margin(layout):
    images = torch.rand(2, 3, 6, 5)
    batch = cut(as_slices(images), [(0, 0), (1, 0)], (Span(1, 3, 0, 4), Span(0, 5, 0, 5)), images.device, layout)
    assert torch.equal(batch, images[:, :, :4])
