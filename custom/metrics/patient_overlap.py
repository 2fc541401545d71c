"""Dice and IoU by patient while an engine runs, over all processes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from custom.metrics.overlap import Counts, overlap_scores, patient_rows
from custom.metrics.overlap_counts import count_overlap
from custom.metrics.per_item import Key, PerItem


class PatientOverlap(PerItem):
    """The ten numbers of `overlap_scores` in `engine.state.metrics`, each under `prefix` and its name.

    For MONAI's engines, as `key_val_metric={"val_mean_dice": PatientOverlap()}`. The name it is attached under holds the mean
    Dice of the patients. `engine.state.metric_details[name]` holds the rows of `patient_rows`. After post-processing,
    `engine.state.output` must have labels `pred` and `label`, (1, H, W) or (1, H, W, D), on the original grid.

    `PerItem` says by what slices and patients are known.

    Args:
        prefix: what the names of the numbers begin with.
        num_classes: 1 for masks, K for labels 0 … K-1.
        border_class: the last of three or more classes, if it marks borders between touching cells; 0 for none.
    """

    headline = "mean_dice"

    def __init__(self, prefix: str = "val_", num_classes: int = 1, border_class: int = 0) -> None:
        self.classes = {"num_classes": num_classes, "border_class": border_class}
        super().__init__(prefix)

    def record(self, item: Mapping[str, Any], result: Mapping[str, Any]) -> Counts:
        """Counts (D, F, 3) of the item's slices, without pixels whose label is negative; a second channel is a weight.

        A slice without any other pixel is left out: as an empty one that is predicted empty it would score 1.
        """
        truth = result["label"][:1]
        judged = truth >= 0
        pred, truth = (labels * judged for labels in (result["pred"], truth))
        counts = count_overlap(pred=pred, truth=truth, **self.classes)
        return counts[judged.flatten(1, 2).any(dim=1).reshape(-1)].cpu().numpy()

    def scores(self, records: Mapping[Key, Counts]) -> dict[str, float]:
        """The ten numbers."""
        return overlap_scores(*_by_slice(records))

    def rows(self, records: Mapping[Key, Counts]) -> list[dict[str, str | int | float]]:
        """A row for each patient."""
        return patient_rows(*_by_slice(records))


def _by_slice(records: Mapping[Key, Counts]) -> tuple[Counts, list[str]]:
    """Counts (S, F, 3) of all slices, and whose they are."""
    owners = [patient_id for patient_id, number in records for _ in records[patient_id, number]]
    return np.concatenate(list(records.values())), owners
