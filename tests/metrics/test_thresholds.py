import numpy as np
import pytest

from custom.metrics import (
    after_thinning,
    best_over_thresholds,
    mean_over_slices,
    of_components,
    pixel_error,
    pixel_f_error,
    rand_error,
    rand_f_score,
    seg,
    thin_borders,
)


def test_an_empty_list_of_thresholds_is_refused():
    with pytest.raises(ValueError, match="thresholds must hold at least one value"):
        best_over_thresholds(pixel_error, probabilities=np.zeros((2, 2)), truth=np.zeros((2, 2)), thresholds=[])


@pytest.mark.parametrize(("pred", "truth"), [((2, 3, 4), (1, 3, 4)), ((3, 4), (3, 4)), ((0, 3, 4), (0, 3, 4))])
def test_arrays_that_are_no_pair_of_stacks_are_refused(pred, truth):
    with pytest.raises(ValueError, match=r"pred and truth must be stacks \(D, H, W\) of one shape"):
        mean_over_slices(seg)(pred=np.zeros(pred, int), truth=np.zeros(truth, int))


def test_the_best_threshold_is_the_first_that_gives_the_best_value():
    probabilities, truth = np.array([[0.15, 0.35, 0.65, 0.95]]), np.array([[0, 0, 1, 1]])
    assert best_over_thresholds(pixel_error, probabilities=probabilities, truth=truth, best=min) == (0, 0.4)
    assert best_over_thresholds(pixel_error, probabilities=probabilities, truth=truth, best=max) == (0.5, 0.0)
    thresholds = [0.9, 0.2]
    best = best_over_thresholds(pixel_f_error, probabilities=probabilities, truth=truth, thresholds=thresholds, best=min)
    assert best.value == pytest.approx(1 / 5)
    assert best.threshold == 0.2


def test_a_probability_at_the_threshold_is_background():
    half = np.full((2, 2), 0.5)
    assert best_over_thresholds(pixel_error, probabilities=half, truth=np.zeros((2, 2)), thresholds=[0.5]).value == 0


def test_components_join_along_edges_only():
    truth = np.array([[True, False], [False, True]])
    assert rand_error(pred=truth.astype(int), truth=np.array([[1, 0], [0, 2]])) > 0
    assert of_components(rand_error)(pred=truth, truth=truth) == 0
    assert of_components(rand_error)(pred=np.ones_like(truth), truth=truth) == pytest.approx(1 - 4 / 6)


def test_metrics_of_metrics_apply_from_the_outside_in():
    truth = np.ones((2, 5, 11), dtype=bool)
    truth[:, :, 5] = False
    pred = truth.copy()
    pred[0, :, 3:8] = False
    pred[1] = True
    metric = mean_over_slices(of_components(after_thinning(rand_f_score)))
    halves = np.where(truth[0], 1 + (np.arange(11) > 5), 0)
    expected = [1, rand_f_score(pred=thin_borders(np.ones((5, 11), dtype=int)), truth=halves)]
    assert metric(pred=pred, truth=truth) == pytest.approx(np.mean(expected))
    assert expected[1] < 0.7


def test_mean_over_slices_is_the_mean_of_each():
    pred, truth = np.random.default_rng(0).integers(0, 3, (2, 4, 6, 5))
    values = [seg(pred=p, truth=t) for p, t in zip(pred, truth, strict=True)]
    assert mean_over_slices(seg)(pred=pred, truth=truth) == pytest.approx(np.mean(values))
