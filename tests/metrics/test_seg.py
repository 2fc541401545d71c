import numpy as np
import pytest
from hypothesis import given, settings
from strategies import pairs_of_labels

from custom.metrics import matched_ious, mean_iou, seg


def objects(labels):
    return [labels == label for label in np.unique(labels) if label]


def iou(one, other):
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


def test_an_object_counts_only_when_more_than_half_of_it_is_covered():
    truth = np.array([[1, 1, 1, 1, 0, 2, 2, 2, 2]])
    pred = np.array([[5, 5, 5, 0, 0, 7, 7, 0, 0]])
    assert matched_ious(pred=pred, truth=truth).tolist() == [3 / 4, 0]
    assert seg(pred=pred, truth=truth) == 3 / 8
    assert mean_iou(pred=pred, truth=truth) == (3 / 4 + 2 / 4) / 2


def test_two_cells_in_one_prediction_both_match_it():
    truth = np.array([[1, 1, 0, 2, 2, 2]])
    assert matched_ious(pred=np.full((1, 6), 9), truth=truth).tolist() == [2 / 6, 3 / 6]


def test_objects_of_a_sequence_can_be_pooled():
    truth = np.array([[[1, 1, 0, 0]], [[3, 3, 4, 4]]])
    pred = np.array([[[1, 1, 1, 1]], [[1, 1, 2, 2]]])
    ious = np.concatenate([matched_ious(pred=p, truth=t) for p, t in zip(pred, truth, strict=True)])
    assert ious.tolist() == [0.5, 1, 1]


@pytest.mark.parametrize("metric", [seg, mean_iou])
def test_an_image_without_cells_wants_a_prediction_without_cells(metric):
    nothing, something = np.zeros((2, 3), dtype=int), np.array([[0, 1, 1], [0, 0, 0]])
    assert metric(pred=nothing, truth=nothing) == 1
    assert metric(pred=something, truth=nothing) == 0
    assert metric(pred=nothing, truth=something) == 0


@settings(max_examples=60)
@given(pairs_of_labels(max_side=5))
def test_the_ious_are_those_of_a_loop_over_all_pairs_of_objects(pair):
    pred, truth = pair
    matched = [
        next((iou(p, t) for p in objects(pred) if np.count_nonzero(p & t) > np.count_nonzero(t) / 2), 0) for t in objects(truth)
    ]
    assert matched_ious(pred=pred, truth=truth) == pytest.approx(matched)
    if matched:
        best = [max((iou(p, t) for p in objects(pred)), default=0) for t in objects(truth)]
        assert mean_iou(pred=pred, truth=truth) == pytest.approx(np.mean(best))
        assert seg(pred=pred, truth=truth) == pytest.approx(np.mean(matched))


@settings(max_examples=40)
@given(pairs_of_labels(max_side=5))
def test_both_are_1_on_identity_blind_to_relabelling_and_in_order(pair):
    pred, truth = pair
    new_names = np.array([0, 70, 5, 33])
    assert seg(pred=truth, truth=truth) == mean_iou(pred=truth, truth=truth) == 1
    for metric in (seg, mean_iou):
        value = metric(pred=pred, truth=truth)
        assert metric(pred=new_names[pred], truth=new_names[truth]) == pytest.approx(value)
    assert 0 <= seg(pred=pred, truth=truth) <= mean_iou(pred=pred, truth=truth) + 1e-12 <= 1 + 1e-12
