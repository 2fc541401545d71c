"""How sure a network is of each patient, and whether it is right: expected Dice, calibration and confusion."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from custom.metrics.overlap import mean_where_known
from custom.metrics.per_item import Key, PerItem
from custom.metrics.reliability import calibration_error, reliability_counts
from custom.transforms.expected_overlap import dice_of_sums, expected_sums

LOOK_BELOW = 0.8  # expected Dice, by calibrated probabilities


class Doubt(NamedTuple):
    """Sums over pixels, which add up over images.

    Attributes:
        reliability: (3, B) of `reliability_counts`; of several classes those of all foreground classes together.
        confusion: (K, K) pixels by true class (row) and predicted class (column); K is 2 for a mask.
        expected: (F, 3) of `expected_sums`.
    """

    reliability: NDArray[np.float64]
    confusion: NDArray[np.int64]
    expected: NDArray[np.float64]

    @property
    def expected_dice(self) -> float:
        """`custom.metrics.expected_dice` of all pixels together, in [0, 1]; the mean over the foreground classes."""
        return dice_of_sums(self.expected)


class PatientDoubt(PerItem):
    """`calibration_error`, `mean_expected_dice` and `look_at`, the number of patients that a person should look at first.

    Those are the patients whose expected Dice is below `look_below`: the network itself doubts that its mask is right. No truth
    is needed to tell. After post-processing `engine.state.output` must hold `probability` beside `pred` and `label`.

    Args:
        prefix: what the names begin with.
        num_classes: 1 for masks, K for labels 0 … K-1.
        look_below: expected Dice, in [0, 1].
        border_class: the class of borders between cells, which counts as cells in the expected Dice, or 0 for none.
    """

    headline = "mean_expected_dice"

    def __init__(
        self, prefix: str = "val_", num_classes: int = 1, look_below: float = LOOK_BELOW, border_class: int = 0
    ) -> None:
        self.num_classes, self.border_class = num_classes, border_class
        self.look_below = look_below
        super().__init__(prefix)

    def record(self, item: Mapping[str, Any], result: Mapping[str, Any]) -> Doubt:
        """The sums of an item, over the pixels whose label is not negative."""
        probabilities, pred, truth = (
            torch.as_tensor(result[key]).detach().float().cpu().numpy() for key in ("probability", "pred", "label")
        )
        judged = truth[0] >= 0
        pixels = probabilities[:, judged], pred[0][judged], truth[0][judged]
        return doubt_of(*pixels, self.num_classes, self.border_class)

    def scores(self, records: Mapping[Key, Doubt]) -> dict[str, float]:
        """The numbers over all patients."""
        rows = self.rows(records)
        return {
            "calibration_error": calibration_error(total(records).reliability),
            "mean_expected_dice": mean_where_known([float(row["expected_dice"]) for row in rows]),
            "look_at": float(sum(int(row["look_at"]) for row in rows)),
        }

    def rows(self, records: Mapping[Key, Doubt]) -> list[dict[str, str | int | float]]:
        """A row for each patient: `patient_id`, `expected_dice`, and 1 in `look_at` if a person should look at it."""
        rows: list[dict[str, str | int | float]] = []
        for patient_id, keys in groupby(records, key=lambda key: key[0]):
            expected = total({key: records[key] for key in keys}).expected_dice
            rows.append({"patient_id": patient_id, "expected_dice": expected, "look_at": int(expected < self.look_below)})
        return rows


def doubt_of(
    probabilities: NDArray[Any], pred: NDArray[Any], truth: NDArray[Any], num_classes: int, border_class: int = 0
) -> Doubt:
    """The sums of pixels.

    Args:
        probabilities: (1, P) of a mask, (K, P) of classes, in [0, 1].
        pred: predicted labels (P,).
        truth: true labels (P,).
        num_classes: 1 for masks, K for labels 0 … K-1.
        border_class: the class of borders between cells, which counts as cells in the expected Dice; 0 for none.
    """
    values = np.clip(probabilities[-max(num_classes - 1, 1) :], 0, 1)
    classes = np.arange(1, max(num_classes, 2))[:, None]
    number = len(classes) + 1
    cells = np.bincount((truth * number + pred).astype(np.intp), minlength=number**2)
    masks = pred == classes
    return Doubt(
        reliability_counts(probabilities=values, truth=truth == classes),
        cells.reshape(number, number),
        expected_sums(values, masks, border_class),
    )


def total(records: Mapping[Key, Doubt]) -> Doubt:
    """The sums of one or more records."""
    return Doubt(*(np.sum(parts, axis=0) for parts in zip(*records.values(), strict=True)))
