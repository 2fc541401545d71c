"""Dice and IoU from counts of pixels."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from custom.metrics import count_overlap, dice, iou, overlap_scores, patient_rows, precision, sensitivity


@pytest.mark.parametrize(
    ("pred", "truth", "num_classes", "message"),
    [
        (torch.zeros(1, 2, 3), torch.zeros(1, 3, 2), 1, r"pred and truth must be .* alike, got \(1, 2, 3\) and \(1, 3, 2\)"),
        (torch.zeros(2, 2, 3), torch.zeros(2, 2, 3), 1, r"must be \(1, H, W\)"),
        (torch.full((1, 2, 3), 0.5), torch.zeros(1, 2, 3), 1, r"pred must hold whole numbers in 0..1, got 0.5..0.5"),
        (torch.zeros(1, 2, 3), torch.full((1, 2, 3), 255), 1, r"truth must hold whole numbers in 0..1, got 255..255"),
        (torch.zeros(1, 2, 3), torch.full((1, 2, 3), 3), 3, r"truth must hold whole numbers in 0..2, got 3..3"),
        (torch.full((1, 2, 3), torch.nan), torch.zeros(1, 2, 3), 1, r"pred must hold whole numbers in 0..1, got nan"),
    ],
)
def test_what_is_not_a_pair_of_label_maps_is_refused(pred, truth, num_classes, message):
    with pytest.raises(ValueError, match=message):
        count_overlap(pred=pred, truth=truth, num_classes=num_classes)


PRED = torch.tensor([[[1, 1, 0, 0], [1, 2, 2, 0]]])
TRUTH = torch.tensor([[[1, 0, 0, 0], [1, 1, 2, 2]]])


def test_each_class_is_counted_by_itself():
    # Class 1: two hits, one false alarm, one miss; class 2: one of each.
    assert count_overlap(pred=PRED, truth=TRUTH, num_classes=3).tolist() == [[[2, 1, 1], [1, 1, 1]]]


def test_borders_between_cells_count_as_cells():
    pred, truth = torch.tensor([[[0, 2, 1, 2, 0]]]), torch.tensor([[[0, 1, 2, 0, 1]]])
    assert count_overlap(pred=pred, truth=truth, num_classes=3, border_class=2).tolist() == [[[2, 1, 1]]]
    assert count_overlap(pred=pred, truth=truth, num_classes=4, border_class=3).shape == (1, 2, 3)
    for num_classes, border_class in ((2, 1), (1, 2), (4, 2), (3, 3)):
        with pytest.raises(ValueError, match="border_class must be the last of three or more classes, or 0"):
            count_overlap(pred=pred, truth=truth, num_classes=num_classes, border_class=border_class)


def test_a_volume_is_counted_slice_by_slice():
    empty = torch.zeros_like(PRED)
    pred, truth = torch.stack([PRED, empty, PRED], dim=-1), torch.stack([TRUTH, TRUTH, empty], dim=-1)
    expected = [[[2, 1, 1], [1, 1, 1]], [[0, 0, 3], [0, 0, 2]], [[0, 3, 0], [0, 2, 0]]]
    assert count_overlap(pred=pred.float(), truth=truth, num_classes=3).tolist() == expected


def test_dice_and_iou_of_a_known_table():
    counts = np.array([[2, 1, 1], [0, 3, 0], [0, 0, 0]])
    assert dice(counts).tolist() == [4 / 6, 0, 1]
    assert iou(counts).tolist() == [2 / 4, 0, 1]


# Two patients: a has a large tumour found well and an empty slice with a false alarm, b a small one that is missed.
COUNTS = np.array([[[80, 10, 10]], [[0, 5, 0]], [[0, 0, 4]], [[0, 0, 0]]])
OWNERS = ["a", "a", "b", "b"]


def test_the_ten_numbers_of_two_patients():
    dice_a, iou_a = 160 / 185, 80 / 105
    assert overlap_scores(COUNTS, OWNERS) == pytest.approx(
        {
            "mean_dice": dice_a / 2,
            "median_dice": dice_a / 2,
            "mean_iou": iou_a / 2,
            "median_iou": iou_a / 2,
            "pooled_dice": 160 / 189,
            "pooled_iou": 80 / 109,
            "slice_dice": (160 / 180 + 0 + 0 + 1) / 4,
            "positive_slice_dice": (160 / 180 + 0) / 2,
            "mean_sensitivity": (80 / 90 + 0) / 2,
            "mean_precision": 80 / 95,  # b claims nothing
        }
    )


def test_the_rows_of_two_patients():
    first, second = patient_rows(COUNTS, OWNERS)
    shares = {"dice": 160 / 185, "iou": 80 / 105, "sensitivity": 80 / 90, "precision": 80 / 95}
    assert first == {"patient_id": "a", "slices": 2, **shares, "truth_pixels": 90, "pred_pixels": 95}
    assert np.isnan(second.pop("precision"))
    assert second == {
        "patient_id": "b", "slices": 2, "dice": 0.0, "iou": 0.0, "sensitivity": 0.0, "truth_pixels": 4, "pred_pixels": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0), (np.nan, np.nan)),  # nothing to find, nothing claimed
        ((0, 5, 0), (np.nan, 0)),  # nothing to find
        ((0, 0, 4), (0, np.nan)),  # nothing claimed
        ((3, 1, 2), (3 / 5, 3 / 4)),
    ],
)
def test_sensitivity_and_precision_of_empty_masks_are_as_they_say(counts, expected):
    found = [float(score(np.array(counts))) for score in (sensitivity, precision)]
    assert found == pytest.approx(list(expected), nan_ok=True)


def test_several_classes_have_columns_of_their_own():
    (row,) = patient_rows(np.array([[[2, 1, 1], [1, 1, 1]]]), ["a"])
    assert row == {
        "patient_id": "a", "slices": 1, "dice": (2 / 3 + 1 / 2) / 2, "iou": (2 / 4 + 1 / 3) / 2,
        "sensitivity": (2 / 3 + 1 / 2) / 2, "precision": (2 / 3 + 1 / 2) / 2, "truth_pixels": 5, "pred_pixels": 5,
        "dice_1": 2 / 3, "iou_1": 2 / 4, "sensitivity_1": 2 / 3, "precision_1": 2 / 3, "truth_pixels_1": 3, "pred_pixels_1": 3,
        "dice_2": 1 / 2, "iou_2": 1 / 3, "sensitivity_2": 1 / 2, "precision_2": 1 / 2, "truth_pixels_2": 2, "pred_pixels_2": 2,
    }  # fmt: skip


def test_without_any_truth_positive_slices_have_no_score():
    scores = overlap_scores(np.array([[[0, 0, 0]]]), ["a"])
    assert all(np.isnan(scores.pop(name)) for name in ("positive_slice_dice", "mean_sensitivity", "mean_precision"))
    assert set(scores.values()) == {1.0}


def naive_scores(preds, truths, owners, num_classes):
    """Every number from the pixels themselves, one definition after another."""

    def both(pred, truth):
        hits, total = (pred & truth).sum(), pred.sum() + truth.sum()
        return (2 * hits / total, hits / (total - hits)) if total else (1.0, 1.0)

    classes = range(1, max(num_classes, 2))
    volumes = {p: [i for i, owner in enumerate(owners) if owner == p] for p in set(owners)}
    by_patient = np.array([np.mean([both(preds[i] == c, truths[i] == c) for c in classes], axis=0) for i in volumes.values()])
    pooled = np.mean([both(preds == c, truths == c) for c in classes], axis=0)
    positive = [
        np.mean([both(p == c, t == c)[0] for p, t in zip(preds, truths, strict=True) if (t == c).any()])
        for c in classes
        if (truths == c).any()
    ]
    shares = [
        [(preds[i] == c)[of[i] == c].mean() for i in volumes.values() for c in classes if (of[i] == c).any()]
        for preds, of in ((preds, truths), (truths, preds))
    ]
    return {
        "mean_sensitivity": np.mean(shares[0]) if shares[0] else np.nan,
        "mean_precision": np.mean(shares[1]) if shares[1] else np.nan,
        "mean_dice": by_patient[:, 0].mean(),
        "median_dice": np.median(by_patient[:, 0]),
        "mean_iou": by_patient[:, 1].mean(),
        "median_iou": np.median(by_patient[:, 1]),
        "pooled_dice": pooled[0],
        "pooled_iou": pooled[1],
        "slice_dice": np.mean([both(p == c, t == c)[0] for p, t in zip(preds, truths, strict=True) for c in classes]),
        "positive_slice_dice": np.mean(positive) if positive else np.nan,
    }


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 7))
def test_the_numbers_equal_those_from_the_pixels(seed, num_classes, num_slices):
    rng = np.random.default_rng(seed)
    shape, labels = (num_slices, 4, 3), max(num_classes, 2)
    preds, truths = (rng.integers(0, labels, shape) * (rng.random((num_slices, 1, 1)) < 0.7) for _ in range(2))
    owners = rng.choice(["a", "b", "c"], num_slices).tolist()
    counts = [
        count_overlap(pred=torch.from_numpy(p[None]), truth=torch.from_numpy(t[None]), num_classes=num_classes)
        for p, t in zip(preds, truths, strict=True)
    ]
    expected = naive_scores(preds, truths, owners, num_classes)
    assert overlap_scores(torch.cat(counts).numpy(), owners) == pytest.approx(expected, nan_ok=True)
