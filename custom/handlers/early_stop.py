"""Early stopping that is wired up late, and that survives an interruption."""

from typing import Any

from ignite.engine import Engine, Events
from ignite.handlers import EarlyStopping
from monai.handlers import stopping_fn_from_metric

LEAST_GAIN = 0.001


class EarlyStop:
    """Ends the training after `patience` validations in a row that raised the best metric by 0.001 or less, all together.

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

    def set_trainer(self, trainer: Engine) -> None:
        """Name the engine to stop, before it runs."""
        if self.patience > 0:
            score = stopping_fn_from_metric(self.key_metric)
            # By place, since ignite 0.5.5 renamed both: the least gain, and that small gains add up.
            self._handler = EarlyStopping(self.patience, score, trainer, LEAST_GAIN, True)

    def attach(self, engine: Engine) -> None:
        """Act on an evaluator."""
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def __call__(self, engine: Engine) -> None:
        """Compare the metric after a validation."""
        if self._handler:
            self._handler(engine)

    def state_dict(self) -> dict[str, Any]:
        """Validations without a better metric, and the metric that was better last."""
        return dict(self._handler.state_dict()) if self._handler else {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; the trainer must be set."""
        if self._handler and state:
            self._handler.load_state_dict(state)
