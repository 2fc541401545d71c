"""Scores that take too long for every validation: they are computed for the best one alone."""

from collections.abc import Mapping
from typing import Any

from ignite.engine import Events
from monai.engines import Evaluator

from custom.metrics.per_item import Key, PerItem


class ScoresOfBest:
    """Adds the numbers of a metric to the evaluator's scores and the columns of its rows to the rows of the patients.

    Only of a validation that is the best so far, which a single evaluation always is. Put it before `PatientTable`.

    Args:
        metric: such as `PatientSurfaces`; its rows have a `patient_id`.
        key_metric: the name under which a `PatientOverlap` is attached to the evaluator.

    Attributes:
        records: what the metric keeps of each item, from the best validation so far.
    """

    def __init__(self, metric: PerItem, key_metric: str = "val_mean_dice") -> None:
        self.metric = metric
        self.key_metric = key_metric
        self.records: Mapping[Key, Any] = {}
        self._written: set[str] = set()

    def attach(self, engine: Evaluator) -> None:
        """Act on a MONAI evaluator."""
        engine.add_event_handler(Events.EPOCH_STARTED, self.reset)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.metric.iteration_completed)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def reset(self, engine: Evaluator) -> None:
        """Forget the previous validation; its scores are no longer the engine's."""
        self.metric.reset()
        for name in self._written:
            engine.state.metrics.pop(name, None)
        self._written.clear()

    def __call__(self, engine: Evaluator) -> None:
        """Compute, on all processes together."""
        if engine.state.best_metric_epoch != engine.state.epoch:
            return
        self.records = self.metric.gathered()
        scores = {f"{self.metric.prefix}{name}": value for name, value in self.metric.scores(self.records).items()}
        engine.state.metrics |= scores
        self._written |= scores.keys()
        found = {row["patient_id"]: row for row in self.metric.rows(self.records)}
        for row in engine.state.metric_details[self.key_metric]:
            row |= found[row["patient_id"]]
