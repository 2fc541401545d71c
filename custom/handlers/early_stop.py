"""Early stopping that is wired up late, and that survives an interruption."""

from typing import Any

from ignite.engine import Engine, Events
from ignite.handlers import EarlyStopping
from monai.handlers import stopping_fn_from_metric


class EarlyStop:
    """Ends the training after `patience` validations in a row without a better metric.

    ignite's `EarlyStopping` for a config, where the trainer exists only after the evaluator's handlers: MONAI's
    `EarlyStopHandler` has no state to resume from.

    Args:
        patience: number of validations; -1 never stops.
        key_metric: name of the metric, of which more is better; the evaluator's key metric, which chooses `model.pt`, too.
    """

    def __init__(self, patience: int, key_metric: str) -> None:
        self.patience = patience
        self.key_metric = key_metric
        self._handler: EarlyStopping | None = None

    def set_trainer(self, trainer: Engine) -> None:
        """Name the engine to stop, before it runs."""
        if self.patience > 0:
            self._handler = EarlyStopping(self.patience, stopping_fn_from_metric(self.key_metric), trainer)

    def attach(self, engine: Engine) -> None:
        """Act on an evaluator."""
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def __call__(self, engine: Engine) -> None:
        """Compare the metric after a validation."""
        if self._handler:
            self._handler(engine)

    def state_dict(self) -> dict[str, Any]:
        """Validations without a better metric, and the best one."""
        return dict(self._handler.state_dict()) if self._handler else {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; the trainer must be set."""
        if self._handler and state:
            self._handler.load_state_dict(state)
