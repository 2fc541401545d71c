import pytest
import torch
from monai.data import MetaTensor

from custom.transforms import OneChanneld


@pytest.mark.parametrize("channel", [-1, 3])
def test_a_channel_out_of_range_is_refused(channel):
    with pytest.raises(ValueError, match=rf"channel must lie in 0..2, got {channel}"):
        OneChanneld("image", channel=channel, num_channels=3)


def test_another_number_of_channels_is_refused():
    with pytest.raises(ValueError, match="wrong channel count 2, expected 1 or 3"):
        OneChanneld("image", channel=1, num_channels=3)({"image": torch.zeros(2, 4, 4)})


@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 4, 5, 2)])
def test_one_of_several_channels_is_kept_with_its_meta_data(shape):
    affine = torch.diag(torch.tensor([2.0, 3, 4, 1]))
    image = MetaTensor(torch.rand(shape), affine=affine)
    kept = OneChanneld("image", channel=1, num_channels=3)({"image": image, "label": "other"})
    assert torch.equal(kept["image"].as_tensor(), image.as_tensor()[1:2])
    assert torch.equal(kept["image"].affine, affine.to(kept["image"].affine))
    assert kept["label"] == "other"


def test_an_image_of_one_channel_passes():
    image = torch.rand(1, 4, 5)
    assert OneChanneld("image", channel=1, num_channels=3)({"image": image})["image"] is image
