"""Progress, by a clock that the tests move."""

import io
import logging
import sys

import pytest
from ignite.engine import Engine, Events

from custom.handlers import Progress
from custom.handlers.work_left import WorkLeft


class Clock:
    """Seconds that pass when somebody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def worker(self, seconds: float):
        def work(engine: Engine, batch: object) -> object:
            self.now += seconds
            return batch

        return work


def trained(clock: Clock, step_s: float, steps: int, epochs: int, validation: tuple[float, int] | None = None) -> None:
    """A training of so many seconds a step, with a validation of so many seconds a step, so many of them."""
    validator = Engine(clock.worker(validation[0])) if validation else None
    trainer = Engine(clock.worker(step_s))
    Progress(validator=validator, clock=clock).attach(trainer)
    if validation:
        trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda: validator.run(range(validation[1])))
    trainer.run(range(steps), max_epochs=epochs)


def test_without_a_terminal_a_line_comes_after_ten_seconds_and_then_every_minute(capsys):
    trained(Clock(), step_s=2, steps=30, epochs=3)
    assert capsys.readouterr().err.splitlines() == [
        "epoch 1 of 3, step 5 of 90, 0.5 steps/s, 3 min left",
        "epoch 2 of 3, step 35 of 90, 0.5 steps/s, 2 min left",
        "epoch 3 of 3, step 65 of 90, 0.5 steps/s, 50 s left",
    ]


def test_the_time_left_holds_the_validations_once_one_was_timed(capsys):
    trained(Clock(), step_s=1, steps=40, epochs=3, validation=(4, 10))
    assert capsys.readouterr().err.splitlines() == [
        "epoch 1 of 3, step 10 of 120, 1 steps/s, at least 2 min left",  # in truth 230 s
        "epoch 1 of 3, step 40 of 120, validation 8 of 10, 1 steps/s, at least 48 s left",
        "epoch 2 of 3, step 80 of 120, validation 3 of 10, 1 steps/s, 2 min left",  # 108 s
        "epoch 3 of 3, step 112 of 120, 1 steps/s, 48 s left",
    ]


def test_a_short_training_says_nothing(capsys):
    trained(Clock(), step_s=0.1, steps=5, epochs=3)
    assert capsys.readouterr().err == ""


def test_images_are_counted_where_batches_hold_several(capsys):
    clock = Clock()
    engine = Engine(clock.worker(6))
    Progress("predict", images=12, clock=clock).attach(engine)
    engine.run([[0] * 3, [0] * 5, [0] * 4])
    assert capsys.readouterr().err.splitlines() == ["predict: image 8 of 12, 0.67 images/s, 6.0 s left"]


def test_a_resumed_training_counts_on_and_times_only_its_own_steps(capsys):
    clock = Clock()
    trainer = Engine(clock.worker(2))
    Progress(clock=clock).attach(trainer)
    trainer.load_state_dict({"epoch": 2, "max_epochs": 4, "epoch_length": 10})
    trainer.run(range(10))
    assert capsys.readouterr().err.splitlines() == ["epoch 3 of 4, step 25 of 40, 0.5 steps/s, 30 s left"]


def test_a_machine_that_has_become_slow_is_noticed():
    clock = Clock()
    work = WorkLeft(clock)
    work.epoch_begins()
    for seconds in [1] * 500 + [3] * 200:
        clock.now += seconds
        work.step_is_done()
    assert work.told(700, 800).left_s == 300


def test_an_error_of_the_engine_ends_the_program_with_handlers_of_errors_and_without():
    engine = Engine(lambda engine, batch: 1 // 0)
    Progress().attach(engine)
    with pytest.raises(ZeroDivisionError):
        engine.run([0])

    def told_otherwise(engine: Engine, error: BaseException) -> None:
        raise SystemExit("one line")

    fresh = Engine(lambda engine, batch: 1 // 0)
    Progress().attach(fresh)
    fresh.add_event_handler(Events.EXCEPTION_RAISED, told_otherwise)
    with pytest.raises(SystemExit, match="one line"):
        fresh.run([0])


class Terminal(io.StringIO):
    """Standard error that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("fails", [False, True])
def test_a_terminal_gets_a_bar_with_a_second_one_for_validations_and_is_left_clean(monkeypatch, fails):
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(logging, "raiseExceptions", False)  # loggers of earlier tests write to what pytest has closed
    clock = Clock()

    def broken(engine: Engine, batch: object) -> None:
        clock.now += 1
        if fails and engine.state.epoch == 2:
            raise ValueError("broken")

    validator, trainer = Engine(clock.worker(5)), Engine(broken)
    Progress(validator=validator, clock=clock).attach(trainer)
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda: validator.run(range(8)))
    if fails:
        with pytest.raises(ValueError, match="broken"):
            trainer.run(range(40), max_epochs=4)
    else:
        trainer.run(range(40), max_epochs=4)
    shown = sys.stderr.getvalue()
    assert "epoch 1 of 4" in shown and "1 steps/s" in shown and "validation" in shown
    assert ("epoch 4 of 4" in shown) is not fails
    assert shown.count("\n") == 0 or shown.endswith("\x1b[2K")  # one line, drawn over and over
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")  # the cursor is back
