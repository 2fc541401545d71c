"""Dice, IoU, sensitivity and precision from counts of pixels, under each definition in use, which differ by 0.2.

All start from true positives, false positives and false negatives of each foreground class in each slice:

* of a patient: counts summed over the slices, then the score: the volume's, independent of how it is cut (Buda 2019);
* pooled: counts summed over all slices of all patients, so that large tumours and large patients weigh most;
* of a slice: the score of each slice, then the mean; empty slices that are predicted empty score 1 and lift it;
* of a positive slice: the same, over the slices with truth only.

With several classes each number is the mean over the foreground classes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]
NAMES = (
    "mean_dice", "median_dice", "mean_iou", "median_iou", "pooled_dice", "pooled_iou", "slice_dice", "positive_slice_dice",
    "mean_sensitivity", "mean_precision",
)  # fmt: skip
COLUMNS = ("dice", "iou", "sensitivity", "precision", "truth_pixels", "pred_pixels")


def dice(counts: Counts) -> NDArray[np.float64]:
    """Dice 2 TP / (2 TP + FP + FN) of counts (…, 3); 1 where truth and prediction are both empty."""
    hits, wrong = counts[..., 0], counts[..., 1] + counts[..., 2]
    return _share(2 * hits, 2 * hits + wrong)


def iou(counts: Counts) -> NDArray[np.float64]:
    """Intersection over union TP / (TP + FP + FN) of counts (…, 3); 1 where truth and prediction are both empty."""
    return _share(counts[..., 0], counts.sum(axis=-1))


def sensitivity(counts: Counts) -> NDArray[np.float64]:
    """The share of the truth that is found, TP / (TP + FN), of counts (…, 3); NaN where the truth is empty.

    Where the prediction alone is empty it is 0. Means leave NaN out: there was nothing to find.
    """
    return _share(counts[..., 0], counts[..., 0] + counts[..., 2], of_nothing=np.nan)


def precision(counts: Counts) -> NDArray[np.float64]:
    """The share of the prediction that is true, TP / (TP + FP), of counts (…, 3); NaN where the prediction is empty.

    Where the truth alone is empty it is 0. Means leave NaN out: nothing was claimed, and sensitivity and Dice tell of that.
    """
    return _share(counts[..., 0], counts[..., 0] + counts[..., 1], of_nothing=np.nan)


def mean_where_known(values: ArrayLike) -> float:
    """The mean of the numbers that are not NaN; NaN if all are."""
    numbers = np.asarray(values, dtype=np.float64)
    known = numbers[~np.isnan(numbers)]
    return float(known.mean()) if known.size else float("nan")


def _share(part: NDArray[Any], whole: NDArray[Any], of_nothing: float = 1.0) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), of_nothing)


def sum_by_patient(counts: Counts, patient_ids: Sequence[str]) -> dict[str, Counts]:
    """Counts (F, 3) of each patient, in the order of their names.

    Args:
        counts: (S, F, 3) of all slices.
        patient_ids: the patient of each slice.
    """
    owners = np.asarray(patient_ids)
    return {str(patient_id): counts[owners == patient_id].sum(axis=0) for patient_id in np.unique(owners)}


def overlap_scores(counts: Counts, patient_ids: Sequence[str]) -> dict[str, float]:
    """The ten numbers, each in [0, 1]; `positive_slice_dice` is NaN when no slice has truth, all are when there is no slice.

    * `mean_dice` `median_dice` `mean_iou` `median_iou`: over the patients, of their volumes' scores;
    * `mean_sensitivity` `mean_precision`: over the patients whose truth, or prediction, is not empty;
    * `pooled_dice` `pooled_iou`: of all pixels together;
    * `slice_dice`: mean over all slices; `positive_slice_dice`: for each class over the slices where its truth is not empty.

    Args:
        counts: (S, F, 3) of all slices.
        patient_ids: the patient of each slice.
    """
    if not len(counts):
        return dict.fromkeys(NAMES, float("nan"))
    volumes, pooled = np.stack(list(sum_by_patient(counts, patient_ids).values())), counts.sum(axis=0)
    dices, ious = (score(volumes).mean(axis=1) for score in (dice, iou))
    slices, positive = dice(counts), counts[..., 0] + counts[..., 2] > 0
    of_positive = [column[chosen].mean() for column, chosen in zip(slices.T, positive.T, strict=True) if chosen.any()]
    scores = (
        dices.mean(),
        np.median(dices),
        ious.mean(),
        np.median(ious),
        dice(pooled).mean(),
        iou(pooled).mean(),
        slices.mean(),
        np.mean(of_positive) if of_positive else np.nan,
        mean_where_known(sensitivity(volumes)),
        mean_where_known(precision(volumes)),
    )
    return {name: float(value) for name, value in zip(NAMES, scores, strict=True)}


def patient_rows(counts: Counts, patient_ids: Sequence[str]) -> list[dict[str, str | int | float]]:
    """A row for each patient: `patient_id slices dice iou sensitivity precision truth_pixels pred_pixels`.

    With several foreground classes the scores are their means and the pixels their sums; the same columns follow for each
    class, by label: `dice_1 iou_1 … pred_pixels_1 dice_2 …`.

    Args:
        counts: (S, F, 3) of all slices.
        patient_ids: the patient of each slice.
    """
    rows: list[dict[str, str | int | float]] = []
    for patient_id, volume in sum_by_patient(counts, patient_ids).items():
        columns = dict(zip(COLUMNS, _columns(volume), strict=True))
        row: dict[str, str | int | float] = {
            "patient_id": patient_id,
            "slices": sum(owner == patient_id for owner in patient_ids),
        }
        row |= {name: _of_classes(values) for name, values in columns.items()}
        if len(volume) > 1:
            row |= {f"{name}_{c + 1}": values[c].item() for c in range(len(volume)) for name, values in columns.items()}
        rows.append(row)
    return rows


def _columns(volume: Counts) -> tuple[NDArray[Any], ...]:
    scores = (score(volume) for score in (dice, iou, sensitivity, precision))
    return *scores, volume[:, 0] + volume[:, 2], volume[:, 0] + volume[:, 1]


def _of_classes(values: NDArray[Any]) -> int | float:
    return mean_where_known(values) if values.dtype.kind == "f" else int(values.sum())
