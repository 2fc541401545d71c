"""Dice and IoU by patient while an engine runs, over all processes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch.distributed
from ignite.engine import Engine
from ignite.exceptions import NotComputableError
from ignite.metrics import Metric

from custom.metrics.overlap import Counts, count_overlap, overlap_scores, patient_rows

Key = tuple[str, str]


class PatientOverlap(Metric):
    """The eight numbers of `overlap_scores` in `engine.state.metrics`, each under `prefix` and its name.

    For MONAI's engines, as `key_val_metric={"val_mean_dice": PatientOverlap()}`. The name it is attached under holds the mean
    Dice of the patients. `engine.state.metric_details[name]` holds the rows of `patient_rows`. After post-processing,
    `engine.state.output` must have labels `pred` and `label`, (1, H, W) or (1, H, W, D), on the original grid.

    A slice is known by `patient_id` and `slice_index` of its batch: the slices of a patient may be spread over batches and
    processes, and one that a distributed sampler repeats counts once. Without a `patient_id` each image file is a patient, or
    each item if it has no file name; without a `slice_index` each item counts.

    Args:
        prefix: of the names.
        num_classes: 1 for masks, K for labels 0 … K-1.
    """

    def __init__(self, prefix: str = "val_", num_classes: int = 1) -> None:
        self.prefix = prefix
        self.num_classes = num_classes
        super().__init__()

    def reset(self) -> None:
        """Forget all counts."""
        self._counts: dict[Key, Counts] = {}
        self._updates = 0

    def iteration_completed(self, engine: Engine) -> None:
        """Count the items of a batch."""
        state: Any = engine.state
        self.update((state.batch, state.output))

    def update(self, output: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]) -> None:
        """Count the pixels of decollated items.

        Args:
            output: the batch, with `patient_id` and `slice_index`, and the output, with `pred` and `label`.

        Raises:
            ValueError: as `count_overlap`.
        """
        for item, result in zip(*output, strict=True):
            self._updates += 1
            counts = count_overlap(pred=result["pred"], truth=result["label"], num_classes=self.num_classes)
            self._counts[self._key(item)] = counts.cpu().numpy()

    def compute(self) -> dict[str, float]:
        """The eight numbers without prefix, over all processes.

        Raises:
            NotComputableError: if nothing was counted.
        """
        return overlap_scores(*self._gathered())

    def completed(self, engine: Engine, name: str) -> None:
        """Put numbers and rows into the engine's state."""
        counts, patient_ids = self._gathered()
        scores = overlap_scores(counts, patient_ids)
        state: Any = engine.state
        state.metrics |= {name: scores["mean_dice"]} | {self.prefix + key: value for key, value in scores.items()}
        state.metric_details[name] = patient_rows(counts, patient_ids)

    def _key(self, item: Mapping[str, Any]) -> Key:
        number = f"{_rank()}.{self._updates}"
        return patient_of(item) or number, str(int(item["slice_index"])) if "slice_index" in item else number

    def _gathered(self) -> tuple[Counts, list[str]]:
        """Counts (S, F, 3) of all slices that any process saw, and whose they are."""
        parts: list[dict[Key, Counts]] = [self._counts]
        if torch.distributed.is_initialized():
            parts = [{} for _ in range(torch.distributed.get_world_size())]
            torch.distributed.all_gather_object(parts, self._counts)
        merged = {key: counts for part in parts for key, counts in part.items()}
        if not merged:
            raise NotComputableError("PatientOverlap must see at least one item before it can be computed")
        # Sorted, so that the means do not depend on who counted what, to the last bit.
        owners = [patient_id for patient_id, number in sorted(merged) for _ in merged[patient_id, number]]
        return np.concatenate([merged[key] for key in sorted(merged)]), owners


def patient_of(item: Mapping[str, Any]) -> str:
    """Whose an item is: its `patient_id`, else the path of its image, else an empty string."""
    path = getattr(item.get("image"), "meta", {}).get("filename_or_obj", "")
    return str(item.get("patient_id", path))


def _rank() -> int:
    return torch.distributed.get_rank() if torch.distributed.is_initialized() else 0
