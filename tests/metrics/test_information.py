from collections import Counter
from math import log

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from skimage.metrics import variation_of_information
from strategies import pairs_of_labels

from custom.metrics import information_f_score


def score_by_counting(pred, truth, alpha):
    """I = H(S) + H(T) - H(S, T) over the true foreground; predicted background pixels are alone."""
    values = zip(pred.ravel().tolist(), truth.ravel().tolist(), strict=True)
    pixels = [(p or ("alone", k), t) for k, (p, t) in enumerate(values) if t]

    def entropy(values):
        return -sum(n / len(pixels) * log(n / len(pixels)) for n in Counter(values).values())

    in_pred, in_truth = entropy([p for p, _ in pixels]), entropy([t for _, t in pixels])
    weighted = (1 - alpha) * in_pred + alpha * in_truth
    return (in_pred + in_truth - entropy(pixels)) / weighted if weighted > 1e-12 else 1.0


def test_weights_outside_0_to_1_are_refused():
    labels = np.ones((2, 2), dtype=int)
    with pytest.raises(ValueError, match=r"alpha must lie in 0..1, got 2"):
        information_f_score(pred=labels, truth=labels, alpha=2)


def test_a_cell_cut_into_halves_gives_away_one_bit():
    pairs, quarters = np.array([[1, 1, 2, 2]]), np.array([[1, 2, 3, 4]])
    # H is one bit against two, and one bit is shared.
    assert information_f_score(pred=quarters, truth=pairs, alpha=0) == pytest.approx(1 / 2)
    assert information_f_score(pred=quarters, truth=pairs, alpha=1) == pytest.approx(1)
    assert information_f_score(pred=pairs, truth=quarters, alpha=1) == pytest.approx(1 / 2)
    assert information_f_score(pred=pairs, truth=quarters) == pytest.approx(2 / 3)


def test_predicted_background_in_an_object_counts_as_single_pixels():
    pairs, cut = np.array([[1, 1, 2, 2]]), np.array([[0, 0, 2, 2]])
    # H of shares (1/4, 1/4, 1/2) is 1.5 bits.
    assert information_f_score(pred=cut, truth=pairs, alpha=0) == pytest.approx(1 / 1.5)


def test_a_truth_without_objects_or_one_object_found_whole_has_nothing_to_get_wrong():
    nothing, whole = np.zeros((3, 4), dtype=int), np.ones((3, 4), dtype=int)
    assert information_f_score(pred=whole, truth=nothing) == 1
    assert information_f_score(pred=whole, truth=whole) == 1
    assert information_f_score(pred=nothing, truth=whole) == 0


@settings(max_examples=40)
@given(pairs_of_labels(), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@example((np.ones((2, 3), dtype=int), np.array([[1, 1, 1], [2, 2, 3]])), 0.0)
def test_the_score_is_what_counting_gives(pair, alpha):
    pred, truth = pair
    score = information_f_score(pred=pred, truth=truth, alpha=alpha)
    assert score == pytest.approx(score_by_counting(pred, truth, alpha), abs=1e-9)


@settings(max_examples=40)
@given(pairs_of_labels())
def test_the_score_is_1_on_identity_blind_to_relabelling_and_in_range(pair):
    pred, truth = pair
    new_names = np.array([0, 70, 5, 33])
    assert information_f_score(pred=new_names[truth], truth=truth) == pytest.approx(1)
    score = information_f_score(pred=pred, truth=truth)
    assert information_f_score(pred=new_names[pred], truth=truth) == pytest.approx(score)
    assert -1e-9 <= score <= 1 + 1e-9


def test_the_missing_information_is_that_of_scikit_image():
    rng = np.random.default_rng(0)
    truth, pred = rng.integers(1, 5, (2, 40, 30))
    pred[rng.random(pred.shape) < 0.7] = 1
    given_truth, given_pred = variation_of_information(truth, pred)
    in_truth, in_pred = (max(variation_of_information(labels, np.ones_like(labels))) for labels in (truth, pred))
    shared = (in_pred + in_truth - given_truth - given_pred) / 2
    assert information_f_score(pred=pred, truth=truth) == pytest.approx(2 * shared / (in_pred + in_truth))
