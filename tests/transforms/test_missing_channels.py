"""Images that lack sequences."""

import pytest
import torch
from monai.data import MetaTensor

from custom.transforms import RandMissingChannelsd


def missing(image, prob=1.0, missing_prob=0.5, seed=0, draws=1):
    """How many of that many draws lacked each channel."""
    transform = RandMissingChannelsd("image", kept=1, prob=prob, missing_prob=missing_prob).set_random_state(seed)
    return sum((transform({"image": image})["image"] == 0).flatten(1).all(1).long() for _ in range(draws))


def test_a_kept_channel_that_the_image_has_not_is_refused():
    with pytest.raises(ValueError, match=r"kept must lie in 0..1, the channels of the image, got 2"):
        RandMissingChannelsd("image", kept=2)({"image": torch.ones(2, 4, 4)})


@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 4, 5, 2)])
def test_all_but_the_kept_channel_may_be_missing_and_the_image_given_is_not_changed(shape):
    image = MetaTensor(torch.ones(shape), affine=torch.diag(torch.tensor([2.0, 3, 4, 1])))
    changed = RandMissingChannelsd("image", kept=1, prob=1, missing_prob=1)({"image": image, "label": "other"})
    assert changed["image"].flatten(1).amax(1).tolist() == [0, 1, 0]
    assert torch.equal(changed["image"].affine, image.affine)
    assert changed["label"] == "other"
    assert image.min() == 1


def test_channels_are_missing_as_often_as_asked_for():
    counts = missing(torch.ones(3, 2, 2), prob=0.4, missing_prob=0.5, draws=2000)
    assert counts[1] == 0
    assert counts[[0, 2]].tolist() == pytest.approx([400, 400], rel=0.2)


def test_the_seed_decides():
    image = torch.ones(3, 2, 2)
    first, again = (missing(image, seed=4, draws=20) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, missing(image, seed=5, draws=20))


def test_an_image_of_one_channel_is_left_as_it_is():
    image = torch.ones(1, 4, 4)
    assert RandMissingChannelsd("image", kept=1, prob=1, missing_prob=1)({"image": image})["image"] is image


def test_a_share_of_them_repeats_the_kept_channel_as_the_lgg_set_does():
    image = torch.stack([torch.full((2, 2), level) for level in (3.0, 5.0, 7.0)])
    transform = RandMissingChannelsd("image", kept=1, prob=1, missing_prob=1, repeat_prob=0.25).set_random_state(0)
    levels = [tuple(transform({"image": image})["image"][:, 0, 0].tolist()) for _ in range(400)]
    assert set(levels) == {(0, 5, 0), (5, 5, 5)}
    assert levels.count((5, 5, 5)) == pytest.approx(100, rel=0.2)
