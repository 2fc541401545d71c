"""Sums that tell how sure a network is, and the variance beside its logits."""

import numpy as np
import pytest
import torch

from custom.metrics import expected_dice
from custom.transforms import ExpectedOverlapd, SplitVarianced
from custom.transforms.calibrated import calibrated
from custom.transforms.expected_overlap import dice_of_sums


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_the_sums_of_a_mask_give_its_expected_dice_once_it_is_calibrated(temperature):
    probabilities = torch.rand(1, 6, 5, generator=torch.manual_seed(0))
    sums = ExpectedOverlapd("pred", temperature=temperature)({"pred": probabilities})["expected_sums"]
    assert dice_of_sums(sums) == pytest.approx(expected_dice(calibrated(probabilities, temperature).numpy()), abs=1e-6)


def test_each_class_but_the_background_has_its_sums():
    probabilities = torch.tensor([[0.7, 0.2, 0.1], [0.2, 0.7, 0.4], [0.1, 0.1, 0.5]]).view(3, 3, 1)
    sums = ExpectedOverlapd("pred")({"pred": probabilities})["expected_sums"]
    np.testing.assert_allclose(sums, [[0.7, 1, 1.3], [0.5, 1, 0.7]], rtol=1e-6)


def test_borders_have_no_sums_of_their_own():
    probabilities = torch.tensor([[0.7, 0.2, 0.1], [0.2, 0.7, 0.4], [0.1, 0.1, 0.5]]).view(3, 3, 1)
    sums = ExpectedOverlapd("pred", border_class=2)({"pred": probabilities})["expected_sums"]
    np.testing.assert_allclose(sums, [[0.8 + 0.9, 2, 0.3 + 0.8 + 0.9]], rtol=1e-6)


def test_the_last_channel_of_logits_becomes_an_item():
    logits = torch.arange(12.0).view(3, 2, 2)
    items = SplitVarianced("pred")({"pred": logits})
    assert torch.equal(items["pred"], logits[:2]) and torch.equal(items["uncertainty"], logits[2:])
