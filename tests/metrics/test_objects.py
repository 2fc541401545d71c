from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import pairs_of_labels

from custom.metrics import (
    average_precision,
    average_precision_50,
    match_objects,
    merged_pairs,
    object_f1,
    panoptic_quality,
    split_pairs,
)


def objects(labels):
    return [labels == label for label in np.unique(labels) if label]


def panoptic_by_loops(pred, truth):
    """Kirillov's formula, each pair of objects looked at."""
    pairs = [np.count_nonzero(p & t) / np.count_nonzero(p | t) for p in objects(pred) for t in objects(truth)]
    found = [iou for iou in pairs if iou > 0.5]
    invented, missed = len(objects(pred)) - len(found), len(objects(truth)) - len(found)
    return sum(found) / (len(found) + invented / 2 + missed / 2) if objects(pred) or objects(truth) else 1


def matches_by_loops(pred, truth, threshold):
    """Each predicted object takes the first free true object whose IoU with it is above the threshold."""
    free, found = objects(truth), 0
    for p in objects(pred):
        for k, t in enumerate(free):
            if np.count_nonzero(p & t) / np.count_nonzero(p | t) > threshold:
                del free[k]
                found += 1
                break
    return found, len(objects(pred)) - found, len(free)


@pytest.mark.parametrize("threshold", [0.4, 1.0])
def test_thresholds_at_which_a_match_is_not_unique_are_refused(threshold):
    labels = np.ones((2, 2), dtype=int)
    with pytest.raises(ValueError, match=r"threshold must lie in \[0.5, 1\), got"):
        match_objects(pred=labels, truth=labels, threshold=threshold)


def test_one_object_found_one_missed_and_one_invented():
    truth = np.array([[1, 1, 1, 0, 2, 2, 0, 0]])
    pred = np.array([[4, 4, 0, 0, 0, 8, 0, 9]])
    # IoU 2/3 of 1 and 4, and exactly 1/2 of 2 and 8, which is not above a half.
    assert match_objects(pred=pred, truth=truth) == (1, 2, 1)
    assert object_f1(pred=pred, truth=truth) == 2 / (2 + 2 + 1)
    # TP / (TP + FP + FN) is 1/4 at 0.5, 0.55, 0.6 and 0.65, and 0 at the six above.
    assert average_precision(pred=pred, truth=truth) == pytest.approx(4 * (1 / 4) / 10)
    assert average_precision_50(pred=pred, truth=truth) == 1 / 4
    assert panoptic_quality(pred=pred, truth=truth) == pytest.approx((2 / 3) / (1 + 2 / 2 + 1 / 2))


def test_one_prediction_over_three_cells_merges_three_pairs():
    truth = np.array([[1, 1, 2, 2, 3, 3, 4, 4, 4]])
    pred = np.array([[1, 1, 1, 1, 1, 1, 1, 0, 0]])
    assert merged_pairs(pred=pred, truth=truth) == 3
    assert split_pairs(pred=truth, truth=pred) == 3
    assert merged_pairs(pred=truth, truth=pred) == split_pairs(pred=pred, truth=truth) == 0


def test_images_without_objects():
    nothing, something = np.zeros((2, 3), dtype=int), np.array([[0, 1, 1], [0, 0, 0]])
    for metric in (object_f1, average_precision, average_precision_50, panoptic_quality):
        assert metric(pred=nothing, truth=nothing) == 1
        assert metric(pred=nothing, truth=something) == metric(pred=something, truth=nothing) == 0
    for pred, truth in ((nothing, something), (something, nothing)):
        assert merged_pairs(pred=pred, truth=truth) == split_pairs(pred=pred, truth=truth) == 0


@settings(max_examples=60)
@given(pairs_of_labels(max_side=5), st.sampled_from([0.5, 0.6, 0.75]))
def test_the_matches_are_those_of_a_loop_over_all_pairs(pair, threshold):
    pred, truth = pair
    found, invented, missed = matches_by_loops(pred, truth, threshold)
    assert match_objects(pred=pred, truth=truth, threshold=threshold) == (found, invented, missed)
    total = found + invented + missed
    precision = found / total if total else 1
    assert average_precision(pred=pred, truth=truth, thresholds=[threshold]) == pytest.approx(precision)


@settings(max_examples=60)
@given(pairs_of_labels(max_side=5))
def test_panoptic_quality_and_ap50_are_those_of_a_loop_over_all_pairs(pair):
    pred, truth = pair
    assert panoptic_quality(pred=pred, truth=truth) == pytest.approx(panoptic_by_loops(pred, truth))
    counts = matches_by_loops(pred, truth, 0.5)
    assert average_precision_50(pred=pred, truth=truth) == pytest.approx(counts[0] / sum(counts) if sum(counts) else 1)


@settings(max_examples=40)
@given(pairs_of_labels(max_side=5))
def test_merged_pairs_are_those_of_a_loop_over_all_pairs(pair):
    pred, truth = pair
    merged = 0
    for p in objects(pred):
        for one, other in combinations(objects(truth), 2):
            merged += all(np.count_nonzero(p & t) > np.count_nonzero(t) / 2 for t in (one, other))
    assert merged_pairs(pred=pred, truth=truth) == merged


@settings(max_examples=40)
@given(pairs_of_labels(max_side=5))
def test_identity_is_perfect_and_labels_are_only_names(pair):
    pred, truth = pair
    new_names = np.array([0, 70, 5, 33])
    assert object_f1(pred=truth, truth=truth) == average_precision(pred=truth, truth=truth) == 1
    assert merged_pairs(pred=truth, truth=truth) == split_pairs(pred=truth, truth=truth) == 0
    precision = average_precision(pred=pred, truth=truth)
    assert 0 <= precision <= 1
    assert average_precision(pred=new_names[pred], truth=truth) == precision == average_precision(pred=truth, truth=pred)
