"""Grey from colour, and grey as it is."""

import numpy as np
import pytest
import torch
from PIL import Image

from custom.transforms import Greyd


def test_other_numbers_of_channels_are_refused():
    with pytest.raises(ValueError, match="an image must have 1 channel, or 3 of red, green and blue, got 2"):
        Greyd("image")({"image": torch.zeros(2, 3, 4)})


def test_colour_becomes_the_grey_of_pillow():
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    grey = Greyd("image")({"image": torch.as_tensor(picture).permute(2, 0, 1).float()})["image"]
    assert grey.shape == (1, 5, 7)
    assert np.abs(grey[0].numpy() - np.asarray(Image.fromarray(picture).convert("L"))).max() < 1


def test_equal_channels_are_the_first_one_to_the_bit():
    one = torch.rand(1, 5, 7)
    assert torch.equal(Greyd("image")({"image": one.expand(3, 5, 7)})["image"], one)
    assert Greyd("image")({"image": one})["image"] is one


def test_a_network_of_colour_keeps_it():
    image = torch.rand(3, 5, 7)
    assert Greyd("image", channels=3)({"image": image})["image"] is image
    assert Greyd("image", allow_missing_keys=True)({}) == {}
