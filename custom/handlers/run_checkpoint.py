"""Checkpoints of a run, written so that a kill at any moment leaves the previous one whole."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ignite.engine import Events
from monai.engines import SupervisedEvaluator, SupervisedTrainer

from custom.handlers.finite import not_finite
from custom.handlers.pace import Pace
from custom.handlers.resumed_config import trained_otherwise
from custom.handlers.saved_run import read_saved, restore, undistributed
from custom.networks.record_file import write_record
from custom.networks.weights import save_tensors
from custom.settings.table import SETTINGS
from custom.storage.atomic import atomic_path


class RunCheckpoint:
    """Writes `model.pt`, the network that validated best, and `last.pt`, all that resuming needs, at the end of an epoch.

    Beside `model.pt` lies its record, `model.json`; `last.pt` holds it.

    Of epochs that follow each other within seconds not each is kept in `last.pt`, but each that is in `model.pt`: resuming
    repeats those behind it.

    MONAI's `CheckpointSaver` writes in place and forgets the best score when a run is resumed.

    Args:
        run_dir: folder of the run.
        evaluator: the validation engine; its `network` is what `model.pt` keeps, its `best_metric` decides when.
        state: objects with `state_dict`, by name, that resuming needs.
        settings: the run's settings; resuming with others is refused.
        resume: whether to continue from `last.pt`; an empty string or False starts anew.
        record: what gives the record of the weights with the scores of a validation, such as a `TrainingRecord`; None for
            weights without one.

    Raises:
        ValueError: when resuming, if `last.pt` is broken, the settings differ, or the run is complete.
    """

    def __init__(
        self,
        run_dir: str,
        evaluator: SupervisedEvaluator,
        state: Mapping[str, Any],
        settings: Mapping[str, Any],
        resume: str | bool = False,
        record: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None,
    ) -> None:
        self.run_dir = Path(run_dir)
        self.evaluator = evaluator
        self.state = dict(state)
        self.settings = dict(settings)
        self.resume = bool(resume)
        self.record = record
        self._pace = Pace()

    def attach(self, engine: SupervisedTrainer) -> None:
        """Act on a trainer; put this handler last, so that validation and schedule are done when it saves."""
        if self.resume:
            engine.add_event_handler(Events.STARTED, self.load)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self.save)

    def save(self, engine: SupervisedTrainer) -> None:
        """Write both files on the first process if this epoch validated best, and `last.pt` alone if it is due."""
        if engine.state.rank != 0:
            return
        due, best = self._pace.due(engine), self.evaluator.state.best_metric_epoch == engine.state.epoch
        record = self.record(self.evaluator.state.metrics) if self.record and (best or due) else None
        if best:
            self._save_best(record)
        if not (due or best):
            return
        saved = {
            "epoch": engine.state.epoch,
            "iteration": engine.state.iteration,
            "best_metric": float(self.evaluator.state.best_metric),
            "best_metric_epoch": self.evaluator.state.best_metric_epoch,
            "scaler": engine.scaler.state_dict() if engine.scaler else {},
            "settings": self.settings,
            **({"record": record} if record else {}),
            "state": {name: undistributed(value).state_dict() for name, value in self.state.items()},
        }
        with atomic_path(self.run_dir / "last.pt") as temporary:
            save_tensors(saved, temporary)

    def _save_best(self, record: Mapping[str, Any] | None) -> None:
        """The weights, and their record: both are written before the first takes its name."""
        weights = undistributed(self.evaluator.network).state_dict()
        if not_finite(weights):
            raise SystemExit(
                f"{self.run_dir / 'model.pt'} is not written: {not_finite(weights)[0]} holds NaN or infinite values; "
                "train anew with a lower lr"
            )
        with ExitStack() as stack:
            model = stack.enter_context(atomic_path(self.run_dir / "model.pt"))
            save_tensors(weights, model)
            if record is not None:
                written = stack.enter_context(atomic_path(self.run_dir / "model.json"))
                write_record(record, written, {"model.pt": model})

    def load(self, engine: SupervisedTrainer) -> None:
        """Continue where `last.pt` was written."""
        path = self.run_dir / "last.pt"
        saved = read_saved(path)
        self._check(saved, int(engine.state.max_epochs or 0))
        restore(self.state, saved, path)
        if engine.scaler and saved["scaler"]:
            engine.scaler.load_state_dict(saved["scaler"])
        engine.state.epoch, engine.state.iteration = saved["epoch"], saved["iteration"]
        self.evaluator.state.best_metric = saved["best_metric"]
        self.evaluator.state.best_metric_epoch = saved["best_metric_epoch"]

    def _check(self, saved: Mapping[str, Any], max_epochs: int) -> None:
        for name, value in self.settings.items():
            if SETTINGS[name].resume and saved["settings"].get(name, value) != value:
                raise trained_otherwise(self.run_dir, name, repr(value), repr(saved["settings"][name]))
        if saved["state"].keys() != self.state.keys():
            raise ValueError(
                f"resume: {self.run_dir} keeps {', '.join(saved['state'])}; resume with the configs it was trained with"
            )
        if saved["epoch"] >= max_epochs:
            raise ValueError(
                f"resume: {self.run_dir} has all its {max_epochs} epochs; to train on, begin a run with "
                f"--checkpoint {self.run_dir / 'model.pt'}"
            )
