from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import adapted_rand_error
from strategies import pairs_of_labels

from custom.metrics import rand_error, rand_f_score, thin_borders


def score_by_pairs(pred, truth, alpha):
    """Over all ordered pairs of true foreground pixels, a pixel with itself too; predicted background pixels are alone."""
    values = zip(pred.ravel().tolist(), truth.ravel().tolist(), strict=True)
    pixels = [(p or ("alone", k), t) for k, (p, t) in enumerate(values) if t]
    both = in_pred = in_truth = 0
    for (p, t), (q, u) in product(pixels, pixels):
        both += p == q and t == u
        in_pred += p == q
        in_truth += t == u
    return both / (alpha * in_pred + (1 - alpha) * in_truth) if pixels else 1.0


@pytest.mark.parametrize("alpha", [-0.1, 1.1])
def test_weights_outside_0_to_1_are_refused(alpha):
    labels = np.ones((2, 2), dtype=int)
    with pytest.raises(ValueError, match=r"alpha must lie in 0..1, got"):
        rand_f_score(pred=labels, truth=labels, alpha=alpha)


def test_a_merger_lowers_the_merge_score_and_a_split_the_split_score():
    whole, halves = np.array([[1, 1, 1, 1]]), np.array([[1, 1, 2, 2]])
    # Of 16 ordered pairs 8 are together in the halves.
    assert rand_f_score(pred=whole, truth=halves, alpha=1) == 8 / 16
    assert rand_f_score(pred=whole, truth=halves, alpha=0) == 1
    assert rand_f_score(pred=halves, truth=whole, alpha=0) == 8 / 16
    assert rand_f_score(pred=halves, truth=whole, alpha=1) == 1
    assert rand_error(pred=whole, truth=halves) == pytest.approx(1 - 8 / 12)


def test_predicted_background_in_an_object_counts_as_single_pixels():
    truth, pred = np.array([[1, 1, 1, 1]]), np.array([[5, 5, 0, 0]])
    assert rand_f_score(pred=pred, truth=truth, alpha=0) == (4 + 1 + 1) / 16


def test_pixels_outside_the_true_objects_do_not_count():
    truth = np.array([[1, 1, 0, 2], [1, 1, 0, 2]])
    pred = np.array([[1, 1, 1, 2], [1, 1, 9, 2]])
    assert rand_f_score(pred=pred, truth=truth) == 1


def test_a_truth_without_objects_has_nothing_to_get_wrong():
    truth = np.zeros((3, 4), dtype=int)
    assert rand_f_score(pred=truth + 1, truth=truth) == 1
    assert rand_error(pred=truth, truth=truth) == 0


def test_a_prediction_without_objects_scores_low_but_not_nothing():
    truth = np.ones((3, 4), dtype=int)
    assert rand_f_score(pred=np.zeros_like(truth), truth=truth, alpha=0) == pytest.approx(1 / 12)


def test_thinning_forgives_wide_borders_but_not_merged_cells():
    truth = np.zeros((9, 21), dtype=int)
    truth[:, :10], truth[:, 11:] = 1, 2
    wide = truth.copy()
    wide[:, 6:15] = 0
    assert rand_f_score(pred=wide, truth=truth) < 0.6
    assert rand_f_score(pred=thin_borders(wide), truth=truth) == 1
    assert rand_f_score(pred=thin_borders((wide > 0).astype(int)), truth=truth) == pytest.approx(2 / 3, abs=0.01)


@settings(max_examples=40)
@given(pairs_of_labels(), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_the_score_is_what_counting_pairs_gives(pair, alpha):
    pred, truth = pair
    assert rand_f_score(pred=pred, truth=truth, alpha=alpha) == pytest.approx(score_by_pairs(pred, truth, alpha))


@settings(max_examples=40)
@given(pairs_of_labels())
def test_the_error_is_0_on_identity_blind_to_relabelling_and_in_range(pair):
    pred, truth = pair
    new_names = np.array([0, 70, 5, 33])
    assert rand_error(pred=truth, truth=truth) == 0
    assert rand_error(pred=new_names[truth], truth=truth) == 0
    error = rand_error(pred=pred, truth=truth)
    assert rand_error(pred=new_names[pred], truth=new_names[truth]) == error
    assert 0 <= error < 1


@settings(max_examples=20)
@given(pairs_of_labels(values=(1, 2, 3)))
def test_without_background_the_f_score_is_symmetric(pair):
    pred, truth = pair
    assert rand_f_score(pred=pred, truth=truth) == pytest.approx(rand_f_score(pred=truth, truth=pred))


def test_the_f_score_is_that_of_scikit_image_but_for_pairs_of_a_pixel_with_itself():
    rng = np.random.default_rng(0)
    truth = np.kron(rng.integers(0, 6, (6, 5)), np.ones((20, 24), int))
    pred = np.kron(rng.integers(1, 9, (10, 8)), np.ones((12, 15), int))
    ours, theirs = rand_error(pred=pred, truth=truth), adapted_rand_error(truth, pred)[0]
    assert ours == pytest.approx(theirs, abs=1e-3)
    assert 0.3 < ours < 0.9
