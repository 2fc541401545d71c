"""The Dice that a network may hope for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from custom.metrics import expected_dice

PROBABILITIES = arrays(np.float64, (3, 4), elements=st.floats(0, 1))


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(value):
    with pytest.raises(ValueError, match="probabilities must lie between 0 and 1"):
        expected_dice([0.5, value])


def test_a_few_probabilities_worked_out_by_hand():
    # The mask is the first two: 2 · (0.9 + 0.6) / (2 + 0.9 + 0.6 + 0.3 + 0.2)
    assert expected_dice([0.9, 0.6, 0.3, 0.2]) == pytest.approx(2 * 1.5 / 4.0)
    assert expected_dice([0.9, 0.6, 0.3, 0.2], threshold=0.7) == pytest.approx(2 * 0.9 / 3.0)


def test_a_mask_without_pixels_gives_0_unless_there_is_no_doubt():
    assert expected_dice([0.4, 0.1]) == 0
    assert expected_dice(np.zeros((2, 3))) == 1


def test_a_network_that_is_sure_expects_1():
    assert expected_dice([1, 0, 0, 1]) == 1


@given(PROBABILITIES)
def test_the_expected_dice_lies_between_0_and_1(probabilities):
    assert 0 <= expected_dice(probabilities) <= 1


def test_the_expected_dice_is_near_the_mean_dice_of_truths_drawn_from_the_probabilities():
    rng = np.random.default_rng(0)
    probabilities = rng.beta(0.4, 0.8, 2000)
    mask = probabilities >= 0.5
    truths = rng.random((200, 2000)) < probabilities
    scores = 2 * (truths & mask).sum(1) / (truths.sum(1) + mask.sum())
    assert expected_dice(probabilities) == pytest.approx(scores.mean(), abs=0.005)
