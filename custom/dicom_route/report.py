"""The report of a DICOM series: the size of what was marked, each slice, and pictures; nothing that names the patient."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom.figures import grey_picture
from custom.files.dicom import Series
from custom.metrics.patient_doubt import LOOK_BELOW
from custom.report import Case, Page, encoded, machine_in_words, settings_in_words, thinned, weights_in_words
from custom.report.object_sizes import object_sizes
from custom.transforms.expected_overlap import dice_of_sums

SHOWN = 24


class Marked(NamedTuple):
    """What a network marked in a series.

    Attributes:
        labels: (columns, rows, slices), 0 for background.
        settings: settings of the prediction, by their names.
        checkpoint: file of the weights, or several.
        expected: (F, 3) of `custom.transforms.expected_overlap.expected_sums`; None if the weights are not calibrated.
    """

    labels: NDArray[np.uint8]
    settings: Mapping[str, Any]
    checkpoint: str
    expected: NDArray[np.float64] | None = None


def page_of_series(series: Series, marked: Marked, seconds: float) -> Page:
    """What `report.html` tells of a series: its numbers, a row for each slice, and pictures of the slices most marked.

    Of the headers it takes the numbers of the slices alone.

    Args:
        series: what was predicted.
        marked: what was found.
        seconds: how long it took.
    """
    numbers = slice_numbers(series)
    planes = np.moveaxis(marked.labels, -1, 0)
    order = sorted(range(len(planes)), key=lambda place: -int(np.count_nonzero(planes[place])))
    rows: list[dict[str, str | float]] = [{"name": f"slice {numbers[place]}", **object_sizes(planes[place])} for place in order]
    settings = {name: value for name, value in marked.settings.items() if name != "dataset_dir"}
    return Page(
        title="Prediction of a DICOM series",
        facts=_facts(series, marked),
        noun="slices",
        rows=rows,
        rank="pixels",
        examples=[("", _case(series, planes, place, row)) for place, row in zip(order[:SHOWN], rows, strict=False)],
        heading="The most marked first",
        order="The most marked first",
        settings=settings_in_words(settings),
        machine=machine_in_words(settings.get("device", "cpu"), seconds),
    )


def slice_numbers(series: Series) -> list[int]:
    """InstanceNumber of each slice, as viewers show it, or 1, 2 … where that is missing or not one for each slice."""
    try:
        numbers = [int(image.InstanceNumber) for image in series.images]
    except (AttributeError, TypeError, ValueError):  # missing, blank, or no number
        numbers = []
    return numbers if len(set(numbers)) == len(series.images) else list(range(1, len(series.images) + 1))


def _facts(series: Series, marked: Marked) -> list[tuple[str, str]]:
    sizes = object_sizes(marked.labels, affine=series.affine)
    planes = int(np.count_nonzero(marked.labels.any(axis=(0, 1))))
    told = [
        ("marked", f"{sizes['ml']:.1f} ml"),
        ("slices with marks", f"{planes} of {marked.labels.shape[-1]}"),
        ("objects", str(sizes["objects"])),
        ("weights", weights_in_words(marked.checkpoint)),
    ]
    if marked.expected is not None:
        expected = dice_of_sums(marked.expected)
        told += [("expected Dice", f"{expected:.3f}"), *([("look at this one", "yes")] if expected < LOOK_BELOW else [])]
    return told


def _case(series: Series, planes: NDArray[np.uint8], place: int, row: Mapping[str, str | float]) -> Case:
    """A slice as a viewer shows it."""
    image, pred = series.voxels[:, :, place].T, planes[place].T > 0
    grey = thinned(grey_picture(np.ascontiguousarray(image)))
    return Case(str(row["name"]), "", {"pixels": float(row["pixels"])}, encoded(grey), encoded(thinned(pred)))
