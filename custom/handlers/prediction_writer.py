"""Prediction of many images: what comes out is written, what is broken is reported and skipped."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from ignite.engine import Engine, Events
from monai.engines import SupervisedEvaluator
from tqdm import tqdm

from custom.figures import overlay
from custom.files import read_image
from custom.files.results import (
    mask_suffix,
    probability_suffix,
    write_instances,
    write_mask,
    write_picture,
    write_probabilities,
)
from custom.files.shown_slice import shown_slice
from custom.loading.tolerant import FAILURE, reason
from custom.transforms.instances import connected_instances


def new_output_dir(output_dir: str = "", parent: str = ".") -> str:
    """The path of a folder that does not exist yet or is empty; nothing is written.

    Args:
        output_dir: the folder; empty for one that is named by date and time.
        parent: where that one will lie.

    Raises:
        ValueError: if the folder holds something, since predictions are never overwritten.
    """
    if output_dir == "":
        stamp = Path(parent) / f"{datetime.now():%Y-%m-%d_%H%M%S}"
        return str(next(path for path in (stamp, *(Path(f"{stamp}_{n}") for n in range(2, 100))) if not path.exists()))
    path = Path(str(output_dir)).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError(f"output_dir: {str(path)!r} is a file; name a folder")
    if path.is_dir() and any(path.iterdir()):
        raise ValueError(f"output_dir: {str(path)!r} is not empty, and predictions are never overwritten; name another folder")
    return str(path)


def predict_or_skip(engine: SupervisedEvaluator, batch: dict[str, Any]) -> list[Any]:
    """The `iteration_update` of an evaluator over batches of `collate_tolerant`: its own iteration, or why there is none.

    Returns:
        For each image, the decollated and post-processed output, or a dictionary with the key `failure`.
    """
    failures = batch.pop(FAILURE)
    try:
        outputs = iter([] if all(failures) else engine._iteration(engine, batch))
    except Exception as error:  # images that the network or the memory cannot take must not end the others
        mend = "; --across_slices False takes one slice at a time" if len(failures) > 1 else ""
        return [{FAILURE: failure or reason(error) + mend} for failure in failures]
    return [{FAILURE: failure} if failure else next(outputs) for failure in failures]


class PredictionWriter:
    """Writes `<name>_mask`, and on request `_instances`, `_probability` and `_overlay.png`, in folders like the images'.

    A failure is one line on stderr; so is, at the end, the number of images predicted and failed.

    Args:
        data: the datalist: `image`, the path, and `name`, in the order in which the engine runs.
        output_dir: folder of the results, made with the first of them.
        num_classes: 1 for masks, otherwise the number of labels.
        instances: whether to number the connected components of the mask, 1, 2 …, in a file of 16 bits.
        overlays: whether to draw the contour of the prediction on the image; of a volume, on the slice with most of it.
        min_size_px: instances of fewer pixels are dropped, ≥ 0; the mask keeps them.
        border_class: what the mask holds between touching cells, as for `connected_instances`.
    """

    def __init__(
        self,
        data: list[Mapping[str, Any]],
        output_dir: str,
        num_classes: int = 1,
        instances: bool = False,
        overlays: bool = True,
        min_size_px: int = 0,
        border_class: int = 0,
    ) -> None:
        self.data = data
        self.output_dir = Path(output_dir)
        self.num_classes = num_classes
        self.instances = instances
        self.instances_settings = {"min_size_px": min_size_px, "border_class": border_class}
        self.overlays = overlays
        self.failed: list[str] = []

    def attach(self, engine: Engine) -> None:
        """Act on an evaluator."""
        engine.add_event_handler(Events.STARTED, self.start)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self)
        engine.add_event_handler(Events.COMPLETED, self.summarise)

    def start(self, engine: Engine) -> None:
        """Begin with the first image."""
        self.failed = []
        self._waiting = iter(self.data)

    def __call__(self, engine: Engine) -> None:
        """Write the results of a batch, and report what failed."""
        outputs: Any = engine.state.output
        # Outputs come first, so that no item is taken from those that wait when the batch is over.
        for output, item in zip(outputs, self._waiting, strict=False):
            failure = output.get(FAILURE) or self._written(item, output)
            if failure:
                self.failed.append(item["image"])
                tqdm.write(f"skipped {item['image']}: {failure}", file=sys.stderr)

    def summarise(self, engine: Engine) -> None:
        """Say how many images were predicted, how many not, and where the results are."""
        tqdm.write(
            f"{len(self.data) - len(self.failed)} predicted, {len(self.failed)} failed: {self.output_dir}", file=sys.stderr
        )

    def exit_if_any_failed(self) -> None:
        """End the program with code 1 if an image failed."""
        if self.failed:
            raise SystemExit(1)

    def _written(self, item: Mapping[str, Any], output: Mapping[str, Any]) -> str:
        """Why the results could not be written, or nothing."""
        path, stem = item["image"], str(self.output_dir / item["name"])
        labels = output["pred"][0].cpu().numpy()
        try:
            write_mask(labels, Path(f"{stem}_mask{mask_suffix(path)}"), path, self.num_classes)
            if self.instances:
                instances = connected_instances(labels, **self.instances_settings)
                write_instances(instances, Path(f"{stem}_instances{mask_suffix(path)}"), path)
            if "probability" in output:
                suffix = probability_suffix(path)
                write_probabilities(np.asarray(output["probability"].cpu()), Path(f"{stem}_probability{suffix}"), path)
            if self.overlays:
                write_picture(overlay(*shown_slice(read_image(path), labels)), Path(f"{stem}_overlay.png"))
        except Exception as error:  # one odd image must not end the others
            return reason(error)
        return ""
