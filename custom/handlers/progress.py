"""How far a training, an evaluation or a prediction has come, and how long it still takes."""

import time
from collections.abc import Callable
from typing import Any

from ignite.engine import Engine, Events

from custom.handlers.progress_display import Beside, Display, display
from custom.handlers.work_left import WorkLeft
from custom.system.processes import rank


class Progress:
    """Shows how far an engine has come: as a bar in a terminal, elsewhere as a line on standard error once a minute.

    A training is counted in steps over all its epochs; the time that is left includes its validations, once one has been timed.
    Early stopping may end it sooner. Of several processes the first alone shows anything.

    Put it before the handlers of interruptions, so that the bar is gone when they speak.

    Args:
        desc: what runs, such as `predict`; empty for a training, which is told by its epoch.
        validator: the engine of the validations within a training, which get a bar of their own.
        images: how many images there are, to count them rather than steps; each output of the engine is one.
        clock: gives seconds.
    """

    def __init__(
        self,
        desc: str = "",
        validator: Engine | None = None,
        images: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.desc = desc
        self.validator = validator
        self.images = images
        self.clock = clock
        self._display: Display | None = None

    def attach(self, engine: Engine) -> None:
        """Act on an engine, in the first process."""
        if rank():
            return
        engine.add_event_handler(Events.STARTED, self.start)
        engine.add_event_handler(Events.EPOCH_STARTED, self.begin_epoch)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self)
        engine.add_event_handler(Events.COMPLETED, self.stop)
        engine.add_event_handler(Events.EXCEPTION_RAISED, self.stop)
        if self.validator is not None:
            self.validator.add_event_handler(Events.ITERATION_COMPLETED, self.show_validation, engine)

    def start(self, engine: Engine) -> None:
        """Begin to show."""
        # Last of the handlers: an exception that none of the others raises is raised here, as by an engine without handlers.
        if not engine.has_event_handler(_raised, Events.EXCEPTION_RAISED):
            engine.add_event_handler(Events.EXCEPTION_RAISED, _raised)
        self.stop()
        self._work, self._display = WorkLeft(self.clock), display(self.clock)
        self._done = 0

    def begin_epoch(self, engine: Engine) -> None:
        """Time the end of the epoch before."""
        self._work.epoch_begins()
        self._show(engine)

    def __call__(self, engine: Engine) -> None:
        """Count a step."""
        outputs: Any = engine.state.output
        number = 1 if self.images is None else len(outputs)
        self._done += number
        self._work.step_is_done(number)
        self._show(engine)

    def show_validation(self, trainer: Engine) -> None:
        """Show a step of the validation beside the training."""
        assert self.validator is not None
        state = self.validator.state
        total = state.epoch_length or 0
        self._show(trainer, Beside("validation", (state.iteration - 1) % total + 1, total))

    def stop(self, engine: Engine | None = None, error: BaseException | None = None) -> None:
        """Show nothing more."""
        shown, self._display = self._display, None
        if shown is not None:
            shown.stop()

    def _show(self, engine: Engine, beside: Beside | None = None) -> None:
        if self._display is None:
            return
        state = engine.state
        if self.images is not None:
            self._display.show(f"{self.desc}:", self._work.told(self._done, self.images, unit="image"), beside)
            return
        epochs = state.max_epochs or 1
        ends = epochs - state.epoch + 1 if self.validator is not None else 0
        told = self._work.told(state.iteration, epochs * (state.epoch_length or 1), ends)
        self._display.show(self.desc + ":" if self.desc else f"epoch {state.epoch} of {epochs},", told, beside)


def _raised(engine: Engine, error: BaseException) -> None:
    raise error
