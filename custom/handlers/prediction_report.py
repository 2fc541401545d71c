"""The report of a prediction: what was found in each image, and pictures."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from custom.data.kaggle import patient_of_slice
from custom.figures import grey_picture
from custom.files import read_image
from custom.files.shown_slice import shown_slice
from custom.handlers.prediction_writer import PredictionWriter
from custom.metrics.patient_doubt import LOOK_BELOW
from custom.networks.record import class_names
from custom.report import (
    Case,
    Page,
    encoded,
    machine_in_words,
    only_warned,
    settings_in_words,
    thinned,
    weights_in_words,
    write_report,
)
from custom.storage.record_parts import lines_of, results_in
from custom.system.processes import rank
from custom.transforms.expected_overlap import dice_of_sums

SHOWN = 24


class PredictionReport:
    """Writes `report.html` beside the results: each image with the sizes of its objects, pictures, settings.

    It is made of `predictions.jsonl` and the files that it names, so results that an earlier program left are in it, too.
    The slices of a patient, `<patient>/<patient>_<n>.tif`, have one row. Whatever fails in it is one line.

    Args:
        writer: what wrote the results.
        settings: settings of the prediction, by their names.
        checkpoint: file of the weights, or several.
    """

    def __init__(self, writer: PredictionWriter, settings: Mapping[str, Any], checkpoint: str) -> None:
        self.writer = writer
        self.settings = dict(settings)
        self.weights = weights_in_words(checkpoint)
        self._started = perf_counter()

    def write(self) -> None:
        """Write it, when the prediction has ended and the disk is not full; of several processes the first does."""
        folder = self.writer.record.output_dir
        if rank() == 0 and folder.is_dir() and not self.writer.outcome.stopped:
            with only_warned(folder / "report.html"):
                write_report(folder / "report.html", self.page(folder))

    def page(self, folder: Path) -> Page:
        """What the report tells of the results in a folder."""
        known = sorted(results_in(lines_of(self.writer.record.path)).items())
        lines = [line for name, line in known if name in self.writer.images]
        groups = [(name, list(group)) for name, group in groupby(lines, key=lambda line: patient_or_image(line["name"]))]
        rows = [_row(name, group) for name, group in groups]
        doubted = any("expected_dice" in row for row in rows)
        rank = "expected_dice" if doubted else "pixels"
        rows.sort(key=lambda row: float(row.get(rank, 0)))
        failed = [{"name": name, "problem": problem} for name, problem in self.writer.outcome.failed.items()]
        noun = "images" if len(groups) == len(lines) else "patients and images"
        return Page(
            title=f"Prediction {folder.resolve().name}",
            facts=self._facts(rows, len(failed), noun),
            noun=noun,
            rows=[*failed, *rows],
            rank=rank,
            examples=self._examples(folder, dict(groups), rows),
            classes=self._classes(),
            heading="The most doubted first" if doubted else "From the smallest to the largest",
            order="The most doubted first" if doubted else "The smallest first",
            settings=settings_in_words(self.settings),
            machine=machine_in_words(self.settings.get("device", "cpu"), perf_counter() - self._started),
        )

    def _classes(self) -> list[str]:
        names, border = self.settings.get("class_names", []), self.settings.get("border_class", 0)
        return class_names(names, self.writer.results.num_classes, border)

    def _facts(self, rows: Sequence[Mapping[str, Any]], failed: int, noun: str) -> list[tuple[str, str]]:
        empty = sum(row.get("pixels") == 0 for row in rows)
        told = [(noun, str(len(rows))), ("without any object", str(empty)), ("weights", self.weights)]
        look = [("to look at first", str(sum(bool(row.get("look_at")) for row in rows)))]
        return [*told, *(look if any("look_at" in row for row in rows) else []), *([("failed", str(failed))] * (failed > 0))]

    def _examples(
        self, folder: Path, groups: Mapping[str, Sequence[Mapping[str, Any]]], rows: Sequence[Mapping[str, Any]]
    ) -> list[tuple[str, Case]]:
        """Pictures of the first and the last rows, and of some between them."""
        places = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), SHOWN)).round().astype(int)).tolist()
        return [("", self._case(folder, rows[place], groups[str(rows[place]["name"])])) for place in places]

    def _case(self, folder: Path, row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Case:
        """A row with the picture of its image, or of the slice file with the most pixels."""
        line = max(lines, key=lambda line: line.get("facts", {}).get("pixels", 0))
        mask = next(file for file in line["files"] if "_mask." in file)
        labels = read_image(folder / mask).values
        image = read_image(self.writer.images[line["name"]])
        shown, pred = shown_slice(image, labels.T if image.header.affine is None else labels)
        pred = pred > 0 if self.writer.results.num_classes == 1 else pred
        told = Path(line["name"]).name if len(lines) > 1 else ""
        scores = {name: row[name] for name in ("pixels", "expected_dice") if name in row}
        scores["look_at"] = bool(row.get("look_at"))
        return Case(str(row["name"]), told, scores, encoded(thinned(grey_picture(shown))), encoded(thinned(pred)))


def patient_or_image(name: str) -> str:
    """The folder of a slice `p/p_3`, which is a patient; of any other image its name."""
    return str(Path(name).parent) if patient_of_slice(Path(f"{name}.tif")) else name


def _row(name: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, str | float]:
    """What is told of a patient or an image: sums over its slices."""
    facts = [line.get("facts", {}) for line in lines]
    row: dict[str, str | float] = {"name": name}
    for column in dict.fromkeys(column for one in facts for column in one):
        values = [one[column] for one in facts if column in one]
        if column == "expected":
            expected = dice_of_sums(np.sum(values, axis=0))
            row |= {"expected_dice": expected, "look_at": "yes" if expected < LOOK_BELOW else ""}
        elif column == "share":
            row[column] = float(np.mean(values))
        else:
            row[column] = max(values) if column == "largest" else sum(values)
    return {**row, "slices": len(lines)} if len(lines) > 1 else row
