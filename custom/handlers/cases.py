"""One slice of each patient of a validation, for pictures and reports."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from ignite.engine import Events
from monai.engines import Evaluator
from torch import Tensor

from custom.figures import grey_picture, shown_channel
from custom.files import split_page, split_suffix
from custom.metrics.per_item import patient_of
from custom.report.case import Case, encoded, thinned
from custom.system.processes import gathered


class Shown(NamedTuple):
    """The slice of a patient that is kept: pixels of truth, or else of prediction, and pictures as PNG."""

    area: tuple[int, int]
    slice: str
    pictures: tuple[bytes, bytes, bytes]


class Cases:
    """Keeps of each patient the slice with the largest truth, or without truth the largest prediction, as small pictures.

    `best` holds those of the validation that was best so far, with the scores of the patients. A picture that is longer than
    512 pixels is made smaller by leaving out rows and columns. Put it behind the metrics' handlers and before the pictures'.

    Args:
        key_metric: the name under which a `PatientOverlap` is attached to the evaluator.

    Attributes:
        best: the cases.
        noun: what they are: `patients`, or `images` where each is a single picture.
    """

    def __init__(self, key_metric: str = "val_mean_dice") -> None:
        self.key_metric = key_metric
        self.best: list[Case] = []
        self.noun = "patients"

    def attach(self, engine: Evaluator) -> None:
        """Act on a MONAI evaluator."""
        engine.add_event_handler(Events.EPOCH_STARTED, self.reset)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.collect)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def reset(self, engine: Evaluator) -> None:
        """Forget the slices of the previous validation."""
        self._shown: dict[str, Shown] = {}

    def collect(self, engine: Evaluator) -> None:
        """Keep the slices of a batch that show more than those before."""
        state: Any = engine.state
        for item, output in zip(state.batch, state.output, strict=True):
            patient_id = patient_of(item) or f"{state.rank}.{len(self._shown) + 1}"
            area = _area(output)
            if patient_id not in self._shown or area > self._shown[patient_id].area:
                self._shown[patient_id] = _shown(item, output, area)

    def __call__(self, engine: Evaluator) -> None:
        """Keep what was shown if this validation is the best so far, on all processes together."""
        if engine.state.best_metric_epoch != engine.state.epoch:
            return
        rows = {str(row["patient_id"]): row for row in engine.state.metric_details[self.key_metric]}
        self.best = [_case(name, shown, rows.get(name, {})) for name, shown in sorted(_gathered(self._shown).items())]
        alone = all(float(row.get("slices", 1)) == 1 for row in rows.values())
        self.noun = "images" if alone else "patients"


def _area(output: Mapping[str, Tensor]) -> tuple[int, int]:
    """Pixels of truth and prediction on the slice of a volume that shows most, or on a picture."""
    label, pred = (torch.as_tensor(output[key])[0] > 0 for key in ("label", "pred"))
    if label.ndim == 2:
        return int(label.sum()), int(pred.sum())
    return int(label.sum(dim=(0, 1)).max()), int(pred.sum(dim=(0, 1)).max())


def _shown(item: Mapping[str, Any], output: Mapping[str, Tensor], area: tuple[int, int]) -> Shown:
    image, pred, truth = (torch.as_tensor(output[key]).detach().cpu() for key in ("image", "pred", "label"))
    told = _told(item) if "slice_index" in item and "patient_id" in item else ""
    if truth.ndim == 4:
        depth = int(((truth if area[0] else pred) > 0).sum(dim=(0, 1, 2)).argmax())
        # Axes of a volume in RAS run to the right and the front: shown with the front on top, the right on the left.
        image, pred, truth = (volume[..., depth].flip(1, 2) for volume in (image, pred, truth))
        told = f"slice {depth}"
    # The reader gives (W, H) of a slice.
    arrays = (image[shown_channel(len(image))], pred[0], truth[0].clip(min=0))
    grey, *labels = (thinned(array.numpy().T) for array in arrays)
    return Shown(area, told, (encoded(grey_picture(np.ascontiguousarray(grey))), encoded(labels[0]), encoded(labels[1])))


def _told(item: Mapping[str, Any]) -> str:
    """The page of a stack, the number at the end of a file's name if it is that of the slice, or else the name of the file."""
    number = int(item["slice_index"])
    file, page = split_page(getattr(item.get("image"), "meta", {}).get("filename_or_obj", ""))
    if page is not None:
        return f"slice {page}"
    name = split_suffix(file.name)[0]
    return f"slice {number}" if not name or re.search(rf"(^|\D)0*{number}$", name) else name


def _case(name: str, shown: Shown, row: Mapping[str, Any]) -> Case:
    scores = {column: float(value) for column, value in row.items() if column != "patient_id"}
    told = shown.slice if scores.get("slices", 1) > 1 else ""
    return Case(Path(name).name, told, scores, *shown.pictures)


def _gathered(shown: dict[str, Shown]) -> dict[str, Shown]:
    """The slices that all processes kept, of each patient the one that shows most."""
    merged: dict[str, Shown] = {}
    for part in gathered(shown):
        for name, one in part.items():
            if name not in merged or one.area > merged[name].area:
                merged[name] = one
    return merged
