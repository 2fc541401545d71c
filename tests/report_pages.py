"""Reports of invented cases, for the tests."""

import numpy as np

from custom.report import Case, Page, chosen, encoded, settings_in_words
from custom.report.page import calibration, curves, size_against_dice


def case(number: int, score: float | None = None, size_px: int = 8) -> Case:
    generator = np.random.default_rng(number)
    labels = generator.integers(0, 3, (size_px, size_px))
    scores = {"dice": number / 1000 if score is None else score}
    return Case(f"c{number}", "", scores, encoded(labels * 90), encoded(labels), encoded(labels.T))


def page(number: int, size_px: int = 8) -> Page:
    cases = [case(index, size_px=size_px) for index in range(number)]
    rows = [{"name": one.name, "truth_pixels": 10.0 + index, "look_at": 0, **one.scores} for index, one in enumerate(cases)]
    history = [{"epoch": str(epoch), "train_loss": "0.5", "val_mean_dice": f"0.{epoch}"} for epoch in range(1, 5)]
    counts = np.array([[90.0, 10], [9, 8], [10, 7]])
    return Page(
        "Training mine", [("epochs", "4 of 4")],
        [*curves(history), size_against_dice(rows, "images"), calibration(counts, 0.02)],
        "images", rows, "dice", chosen(cases, "dice", 12), ["background", "cell", "border"], np.diag([5, 6, 7]),
        [encoded(np.zeros((9, 9, 3)))], settings_in_words({"epochs": 4, "dataset_dir": "/home/doe/study"}), [("time", "1 s")],
    )  # fmt: skip
