"""The loss of labelled pixels."""

import pytest
import torch
from monai.losses import DiceCELoss

from custom.losses import LabelledDiceCELoss
from custom.losses.labelled_dice_ce import PART
from custom.system.threads import one_thread

KINDS = [
    (1, {"sigmoid": True, "batch": True}),
    (1, {"sigmoid": True, "batch": False}),
    (3, {"softmax": True, "to_onehot_y": True, "batch": True}),
    (3, {"softmax": True, "to_onehot_y": True, "batch": False}),
]


def example(channels: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.manual_seed(0)
    logits = torch.randn(4, channels, 6, 8, generator=generator, requires_grad=True)
    return logits, torch.randint(0, max(channels, 2), (4, 1, 6, 8), generator=generator).float()


@pytest.mark.parametrize(("channels", "kind"), KINDS)
def test_where_all_is_labelled_it_is_monais_loss_bit_for_bit(channels, kind):
    logits, label = example(channels)
    assert LabelledDiceCELoss(**kind)(logits, label) == DiceCELoss(**kind)(logits, label)


@pytest.mark.parametrize(("channels", "kind"), KINDS)
def test_what_is_unlabelled_might_as_well_be_cut_off(channels, kind):
    logits, label = example(channels)
    label[..., 5:] = -1
    loss = LabelledDiceCELoss(**kind)(logits, label)
    torch.testing.assert_close(loss, DiceCELoss(**kind)(logits[..., :5], label[..., :5]), rtol=1e-6, atol=1e-6)
    loss.backward()
    assert bool((logits.grad[..., 5:] == 0).all()) and bool((logits.grad[..., :5] != 0).any())


@pytest.mark.parametrize(("channels", "kind"), KINDS)
def test_logits_of_unlabelled_pixels_change_nothing_whatever_they_are(channels, kind):
    logits, label = example(channels)
    label[0, 0, 2, 3] = -1
    other = logits.detach().clone()
    other[0, :, 2, 3] = torch.tensor([1e4, -1e4, 50.0])[:channels]
    assert LabelledDiceCELoss(**kind)(other, label) == LabelledDiceCELoss(**kind)(logits, label)


@pytest.mark.parametrize(("channels", "kind"), KINDS)
def test_without_any_labelled_pixel_it_is_0(channels, kind):
    logits, label = example(channels)
    loss = LabelledDiceCELoss(**kind)(logits, torch.full_like(label, -1))
    loss.backward()
    assert float(loss.detach()) == pytest.approx(0, abs=1e-6) and not bool(logits.grad.any())


@pytest.mark.parametrize("ignored", [0.0, 0.3])
@pytest.mark.parametrize("size_px", [(7, 9), (32, 48)])
def test_many_masks_without_gradients_cost_the_same_bits(ignored, size_px):
    generator = torch.manual_seed(0)
    logits = 5 * torch.randn(2 * PART + 3, 1, *size_px, generator=generator)
    label = torch.randint(0, 2, logits.shape, generator=generator).float()
    label[torch.rand(label.shape, generator=generator) < ignored] = -1
    loss = LabelledDiceCELoss(sigmoid=True, batch=True)
    with one_thread():
        assert loss(logits, label) == loss(logits.clone().requires_grad_(), label)


def test_many_masks_without_a_labelled_pixel_cost_0():
    logits = torch.randn(PART + 1, 1, 4, 4)
    assert float(LabelledDiceCELoss(sigmoid=True, batch=True)(logits, torch.full_like(logits, -1))) == pytest.approx(
        0, abs=1e-6
    )
