import time

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import pairs_of_labels

from custom.metrics import contingency


@pytest.mark.parametrize(
    ("pred", "truth", "message"),
    [
        (np.zeros((2, 3), int), np.zeros((3, 2), int), r"one shape, got \(2, 3\) and \(3, 2\)"),
        (np.zeros((2, 3)), np.zeros((2, 3), int), "pred must hold labels as integers or booleans, got float64"),
        (np.zeros((0, 3), int), np.zeros((0, 3), int), r"pred must have at least one pixel, got shape \(0, 3\)"),
        (np.zeros((2, 3), int), np.full((2, 3), -1), r"truth must hold labels in 0..2147483647, got -1..-1"),
        (np.full((2, 3), 2**31), np.zeros((2, 3), int), "pred must hold labels in 0..2147483647, got 2147483648"),
    ],
)
def test_arrays_that_are_no_pair_of_labels_are_refused(pred, truth, message):
    with pytest.raises(ValueError, match=message):
        contingency(pred=pred, truth=truth)


def test_rows_are_the_truth_and_columns_the_prediction():
    truth = np.array([[1, 1, 2], [1, 1, 2]])
    pred = np.array([[7, 0, 7], [7, 7, 7]])
    assert contingency(pred=pred, truth=truth).toarray().tolist() == [[0, 0], [1, 3], [0, 2]]


def test_masks_count_as_one_object():
    truth = np.array([[True, False, True]])
    assert contingency(pred=truth, truth=~truth).toarray().tolist() == [[0, 2], [1, 0]]


@settings(max_examples=40)
@given(pairs_of_labels(values=(0, 0, 1, 2, 3, 40_000), min_dims=1, max_side=6))
def test_every_pixel_is_counted_in_its_cell(pair):
    pred, truth = pair
    rows, columns = ([0, *sorted(set(labels.ravel().tolist()) - {0})] for labels in (truth, pred))
    counts = np.zeros((len(rows), len(columns)))
    for p, t in zip(pred.ravel().tolist(), truth.ravel().tolist(), strict=True):
        counts[rows.index(t), columns.index(p)] += 1
    assert np.array_equal(contingency(pred=pred, truth=truth).toarray(), counts)


@settings(max_examples=20)
@given(pairs_of_labels(values=(0, 0, 1, 2, 3, 40_000), min_dims=1, max_side=6))
def test_swapping_the_sides_transposes_the_table(pair):
    pred, truth = pair
    there, back = contingency(pred=pred, truth=truth), contingency(pred=truth, truth=pred)
    assert np.array_equal(there.toarray(), back.toarray().T)


def test_an_image_of_512_pixels_with_300_objects_is_counted_within_a_frame():
    labels = np.kron(np.arange(324).reshape(18, 18), np.ones((29, 29), int))[:512, :512].astype(np.uint16)
    shifted = np.roll(labels, (5, 7), axis=(0, 1))
    contingency(pred=shifted, truth=labels)
    start = time.perf_counter()
    contingency(pred=shifted, truth=labels)
    assert time.perf_counter() - start < 0.2
