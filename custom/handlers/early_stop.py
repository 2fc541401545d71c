"""Early stopping that is wired up late, and that survives an interruption."""

import logging
from typing import Any

from ignite.engine import Engine, Events
from ignite.handlers import EarlyStopping
from monai.handlers import stopping_fn_from_metric
from tqdm import tqdm

from custom.runs.patience import LEAST_GAIN, cannot_rise, did_not_rise
from custom.system.processes import rank


class EarlyStop:
    """Ends the training after `patience` validations in a row that raised the best metric by 0.001 or less, all together.

    A Dice, IoU or SEG above 0.999, which can rise by no more, ends it at once. A line says why it ended.

    ignite's `EarlyStopping` for a config, where the trainer exists only after the evaluator's handlers: MONAI's
    `EarlyStopHandler` has no state to resume from.

    Args:
        patience: number of validations; -1 never stops.
        key_metric: name of the metric, of which more is better; the evaluator's key metric, which chooses `model.pt`, too.

    Raises:
        ValueError: if `patience` is neither -1 nor at least 1.
    """

    def __init__(self, patience: int, key_metric: str) -> None:
        if patience < 1 and patience != -1:
            raise ValueError(f"patience must be at least 1, or -1 for off, got {patience}")
        self.patience = patience
        self.key_metric = key_metric
        self._handler: EarlyStopping | None = None
        self._why = ""

    def set_trainer(self, trainer: Engine) -> None:
        """Name the engine to stop, before it runs."""
        if self.patience > 0:
            score = stopping_fn_from_metric(self.key_metric)
            # By place, since ignite 0.5.5 renamed both: the least gain, and that small gains add up.
            self._handler = EarlyStopping(self.patience, score, trainer, LEAST_GAIN, True)
            self._handler.logger.setLevel(logging.WARNING)  # it would tell that it stops, not why
            trainer.add_event_handler(Events.TERMINATE, self.say_why)

    def attach(self, engine: Engine) -> None:
        """Act on an evaluator."""
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def __call__(self, engine: Engine) -> None:
        """Compare the metric after a validation."""
        if not self._handler:
            return
        self._handler(engine)
        full = cannot_rise(self.key_metric, float(engine.state.metrics[self.key_metric]))
        self._why = did_not_rise(self.key_metric, self._handler.counter, self.patience) or full
        if full:
            self._handler.trainer.terminate()

    def say_why(self) -> None:
        """Tell what ended the training, on the first process; nothing if something else did, or no epoch was left."""
        state = self._handler.trainer.state if self._handler else None
        if self._why and rank() == 0 and state and state.epoch < (state.max_epochs or 0):
            tqdm.write(f"ended early: {self._why}")

    def state_dict(self) -> dict[str, Any]:
        """Validations without a better metric, and the metric that was better last."""
        return dict(self._handler.state_dict()) if self._handler else {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; the trainer must be set."""
        if self._handler and state:
            self._handler.load_state_dict(state)
