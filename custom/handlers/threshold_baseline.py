"""What a threshold on FLAIR reaches on the patients of an evaluation, for comparison."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ignite.engine import Events
from monai.engines import Evaluator

from custom.metrics.intensity_threshold import best_threshold, threshold_dice
from custom.storage.tables import Cell, mean_and_median, write_rows


class ThresholdBaseline:
    """Writes `threshold.csv`: the Dice of each patient for the threshold that is best on the training patients.

    Args:
        run_dir: folder that exists.
        train: slices on which the threshold is found, as `custom.data.kaggle_lgg` gives them.
        data: slices of the patients that are evaluated.
        channel: number of the sequence, from 0; 1 is FLAIR.
    """

    def __init__(
        self, run_dir: str, train: Sequence[Mapping[str, Any]], data: Sequence[Mapping[str, Any]], channel: int = 1
    ) -> None:
        self.path = Path(run_dir) / "threshold.csv"
        self.train = train
        self.data = data
        self.channel = channel

    def attach(self, engine: Evaluator) -> None:
        """Act on a MONAI evaluator."""
        engine.add_event_handler(Events.COMPLETED, self)

    def __call__(self, engine: Evaluator) -> None:
        """Write the table, on the first process."""
        if engine.state.rank != 0:
            return
        threshold = best_threshold(self.train, channel=self.channel).threshold
        scores = threshold_dice(self.data, threshold, channel=self.channel)
        rows: list[dict[str, Cell]] = [
            {"patient_id": patient_id, "threshold": threshold, "dice": score} for patient_id, score in sorted(scores.items())
        ]
        write_rows(self.path, [*rows, *mean_and_median(rows, "patient_id")])
