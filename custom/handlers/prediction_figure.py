"""Predictions beside the truth as one picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ignite.engine import Events
from monai.engines import Evaluator
from torch import Tensor

from custom.atomic import atomic_path
from custom.figures import Example, draw_predictions, shown_channel
from custom.handlers.best import is_best
from custom.metrics.overlap import count_overlap, dice
from custom.metrics.per_item import patient_of


class PredictionFigure:
    """Draws `predictions.png`: for the first patients of an evaluation, the slice with the largest truth.

    During a training it shows the validation that was best. Not more than one slice a patient is kept in memory.

    Args:
        run_dir: folder that exists.
        title: shown above; should say so if the images are simulated.
        num_patients: how many are shown.
        num_classes: 1 for masks, K for labels 0 … K-1.
        border_class: class of borders between touching cells, drawn in a colour of its own; 0 for none.
    """

    def __init__(
        self, run_dir: str, title: str = "", num_patients: int = 8, num_classes: int = 1, border_class: int = 0
    ) -> None:
        self.path = Path(run_dir) / "predictions.png"
        self.title = title
        self.num_patients = num_patients
        self.classes = {"num_classes": num_classes, "border_class": border_class}

    def attach(self, engine: Evaluator) -> None:
        """Act on a MONAI evaluator."""
        engine.add_event_handler(Events.EPOCH_STARTED, self.reset)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.collect)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def reset(self, engine: Evaluator) -> None:
        """Forget the slices of the previous evaluation."""
        self._slices: dict[str, tuple[int, Example]] = {}

    def collect(self, engine: Evaluator) -> None:
        """Keep the slices of a batch that show more truth than those before, on the first process."""
        if engine.state.rank == 0:
            for item, output in zip(engine.state.batch, engine.state.output, strict=True):
                self._collect(item, output)

    def __call__(self, engine: Evaluator) -> None:
        """Draw the picture, on the first process."""
        if is_best(engine) and self._slices:
            with atomic_path(self.path) as temporary:
                draw_predictions([example for _, example in self._slices.values()], self.title).savefig(temporary)

    def _collect(self, item: Mapping[str, Any], output: Mapping[str, Tensor]) -> None:
        patient_id = patient_of(item) or str(len(self._slices) + 1)
        area = int((output["label"] > 0).sum())
        if patient_id in self._slices:
            is_shown = area > self._slices[patient_id][0]
        else:
            is_shown = len(self._slices) < self.num_patients
        if is_shown:
            self._slices[patient_id] = (area, self._example(patient_id, item, output))

    def _example(self, patient_id: str, item: Mapping[str, Any], output: Mapping[str, Tensor]) -> Example:
        image, pred, truth = (torch.as_tensor(output[key]).detach().cpu() for key in ("image", "pred", "label"))
        name = Path(patient_id).name + (f", slice {int(item['slice_index'])}" if "slice_index" in item else "")
        if truth.ndim == 4:
            depth = int((truth > 0).sum(dim=(0, 1, 2)).argmax())
            # Axes of a volume in RAS run to the right and the front: shown with the front on top, the right on the left.
            image, pred, truth = (volume[..., depth].flip(1, 2) for volume in (image, pred, truth))
            name += f", slice {depth}"
        labelled, truth = truth >= 0, truth.clip(min=0)
        score = dice(count_overlap(pred=pred * labelled, truth=truth, **self.classes).numpy()).mean()
        flair = image[shown_channel(len(image))]
        # The reader gives (W, H) of a slice.
        return Example(f"{name}: Dice {score:.2f}", *(np.asarray(array).T for array in (flair, pred[0], truth[0])))
