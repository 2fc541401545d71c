"""The report of a training or an evaluation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from ignite.engine import Engine, Events
from monai.engines import Trainer

from custom.figures import grey_picture, outlined, shown_channel
from custom.handlers.cases import Cases
from custom.handlers.pace import Pace
from custom.handlers.scores_of_best import ScoresOfBest
from custom.metrics.patient_doubt import total
from custom.metrics.reliability import calibration_error
from custom.networks.record import class_names
from custom.report import Chart, Page, encoded, machine_in_words, only_warned, settings_in_words, write_report
from custom.report.case import chosen
from custom.report.page import OTHERS, calibration, curves, size_against_dice
from custom.storage.tables import mean_and_median, read_rows, read_scores

SHOWN_CASES, SHOWN_IMAGES = 12, 8
FACTS = ("dice", "iou", "sensitivity", "precision", "hd95_mm", "hd95_px", "surface_dice")


class RunReport:
    """Writes `report.html`: of a training at the end of epochs, at most twice a minute, or of an evaluation at its end.

    Put it last among the handlers of the trainer, or of the evaluator that runs alone. Whatever fails in it is one line.

    Args:
        run_dir: folder that exists.
        cases: what is shown of each patient.
        doubt: calibration and confusion of the validation, with a `PatientDoubt` as its metric.
        settings: settings of the run, by their names.
        title: should say so if the images are simulated.
    """

    def __init__(self, run_dir: str, cases: Cases, doubt: ScoresOfBest, settings: Mapping[str, Any], title: str = "") -> None:
        self.run_dir = Path(run_dir)
        self.cases = cases
        self.doubt = doubt
        self.settings = dict(settings)
        self.title = title
        self._strip: list[bytes] = []
        self._pace = Pace(30.0)
        self._started = perf_counter()

    def attach(self, engine: Engine) -> None:
        """Act on a trainer or an evaluator."""
        engine.add_event_handler(Events.STARTED, self.start)
        if isinstance(engine, Trainer):
            engine.add_event_handler(Events.ITERATION_COMPLETED(once=1), self.keep_images)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def start(self, engine: Engine) -> None:
        """Note the time."""
        self._started = perf_counter()

    def keep_images(self, engine: Engine) -> None:
        """Keep the images of the first batch as the network saw them."""
        with only_warned(self.run_dir / "report.html"):
            outputs: Any = engine.state.output
            self._strip = [_seen(output) for output in outputs[:SHOWN_IMAGES]]

    def __call__(self, engine: Engine) -> None:
        """Write the report, on the first process."""
        state: Any = engine.state
        if state.rank == 0 and self._pace.due(engine):
            with only_warned(self.run_dir / "report.html"):
                write_report(self.run_dir / "report.html", self.page(state))

    def page(self, state: Any) -> Page:
        """What the report tells, of an engine's state."""
        rows = [_row(case.name, case.scores) for case in self.cases.best]
        rows.sort(key=lambda row: float(row["dice"]))
        kind = "Training" if (self.run_dir / "history.csv").exists() else "Evaluation"
        confusion = total(self.doubt.records).confusion if self.doubt.records else None
        classes = self.settings.get("num_classes", 1)
        return Page(
            title=f"{kind} {self.run_dir.name}" + (f" ({self.title})" if self.title else ""),
            facts=self._facts(rows, state),
            charts=self._charts(rows),
            noun=self.cases.noun,
            rows=rows,
            examples=chosen(self.cases.best, "dice", SHOWN_CASES),
            classes=class_names(self.settings.get("class_names", []), classes, self.settings.get("border_class", 0)),
            confusion=confusion,
            strip=self._strip,
            settings=settings_in_words(self.settings),
            machine=machine_in_words(self.settings.get("device", "cpu"), perf_counter() - self._started),
        )

    def _facts(self, rows: Sequence[Mapping[str, str | float]], state: Any) -> list[tuple[str, str]]:
        noun, number = self.cases.noun, len(rows)
        means = mean_and_median([case.scores for case in self.cases.best], "name")[0]
        scores = read_scores(self.run_dir)
        told = [(word, f"{float(scores[f'val_{name}']):.3g}") for name, word in OTHERS.items() if f"val_{name}" in scores]
        told += [(f"mean {name.replace('_', ' ')}", f"{float(means[name]):.3g}") for name in FACTS if name in means]
        look = sum(bool(row.get("look_at")) for row in rows)
        epochs = [("epochs", f"{state.epoch} of {state.max_epochs}")] if (self.run_dir / "history.csv").exists() else []
        return [*epochs, (noun, str(number)), *told, ("to look at first", str(look))]

    def _charts(self, rows: Sequence[Mapping[str, str | float]]) -> list[Chart]:
        history = read_rows(self.run_dir / "history.csv")
        charts = curves(history) if history else []
        charts += [size_against_dice(rows, self.cases.noun)] if rows else []
        if self.doubt.records:
            counts = total(self.doubt.records).reliability
            charts.append(calibration(counts, calibration_error(counts)))
        return charts


def _row(name: str, scores: Mapping[str, float]) -> dict[str, str | float]:
    look = {"look_at": "yes" if scores["look_at"] else ""} if "look_at" in scores else {}
    return {"name": name, **scores, **look}


def _seen(output: Mapping[str, Any]) -> bytes:
    """An augmented image with the contour of its truth, as PNG."""
    image, label = (torch.as_tensor(output[key]).detach().float().cpu().numpy() for key in ("image", "label"))
    grey = grey_picture(np.ascontiguousarray(image[shown_channel(len(image))].T))
    return encoded(outlined(grey, np.zeros(grey.shape, int), label[0].clip(min=0).T))
