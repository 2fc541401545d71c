"""The scores of each patient as a table."""

from pathlib import Path

from ignite.engine import Events
from monai.engines import Evaluator

from custom.handlers.best import is_best
from custom.storage.tables import mean_and_median, write_rows


class PatientTable:
    """Writes `patients.csv`: a row for each patient, as `patient_rows` defines it, then the rows `mean` and `median`.

    Beside it `scores.csv` holds every metric of the evaluator, one a row: the same prediction under each definition.

    During a training it holds the validation that was best.

    Args:
        run_dir: folder that exists.
        key_metric: the name under which a `PatientOverlap` is attached to the evaluator.
    """

    def __init__(self, run_dir: str, key_metric: str = "val_mean_dice") -> None:
        self.run_dir = Path(run_dir)
        self.key_metric = key_metric

    def attach(self, engine: Evaluator) -> None:
        """Act on a MONAI evaluator."""
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def __call__(self, engine: Evaluator) -> None:
        """Write the table, on the first process."""
        if is_best(engine):
            rows = engine.state.metric_details[self.key_metric]
            write_rows(self.run_dir / "patients.csv", [*rows, *mean_and_median(rows, "patient_id")])
            scores = engine.state.metrics.items()
            write_rows(self.run_dir / "scores.csv", [{"metric": name, "value": value} for name, value in scores])
