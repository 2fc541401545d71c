"""Early stopping, its switch and its state."""

import pytest
from ignite.engine import Engine, Events

from custom.handlers import EarlyStop


def run(handler: EarlyStop, scores: list[float]) -> int:
    """How many epochs a training lasts whose validations give these scores."""
    trainer = Engine(lambda engine, batch: None)
    evaluator = Engine(lambda engine, batch: None)
    handler.set_trainer(trainer)
    handler.attach(evaluator)
    remaining = iter(scores)

    @trainer.on(Events.EPOCH_COMPLETED)
    def validate(engine: Engine) -> None:
        evaluator.run([0])

    @evaluator.on(Events.EPOCH_STARTED)
    def score(engine: Engine) -> None:
        engine.state.metrics["val_mean_dice"] = next(remaining)

    return int(trainer.run([0], max_epochs=len(scores)).epoch)


@pytest.mark.parametrize(("patience", "epochs"), [(-1, 6), (1, 3), (2, 6)])
def test_a_training_ends_after_so_many_validations_without_a_better_score(patience, epochs):
    assert run(EarlyStop(patience, "val_mean_dice"), [0.1, 0.3, 0.2, 0.4, 0.3, 0.3]) == epochs


def test_gains_that_no_one_would_wait_for_end_a_training_unless_they_add_up():
    assert run(EarlyStop(3, "val_mean_dice"), [0.9, 0.9003, 0.9006, 0.9009, 0.95, 0.95]) == 4
    assert run(EarlyStop(3, "val_mean_dice"), [0.9, 0.9006, 0.9012, 0.9018, 0.9024, 0.903]) == 6


def test_a_score_that_cannot_rise_any_more_ends_a_training_at_once():
    assert run(EarlyStop(3, "val_mean_dice"), [0.9, 0.9989, 0.9991, 0.9992]) == 3
    assert run(EarlyStop(-1, "val_mean_dice"), [1, 1, 1]) == 3


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([0.5, 0.5, 0.5, 0.5], "ended early: 2 validations added less than 0.001 to val_mean_dice\n"),
        ([0.5, 1.0, 1.0], "ended early: val_mean_dice is 1.0000, and can rise by less than 0.001\n"),
        ([0.5, 0.5, 0.5], ""),
        ([0.5, 0.6, 1.0], ""),
        ([0.5, 0.6, 0.7], ""),
    ],
)
def test_a_line_tells_why_a_training_ended_early(scores, why, capsys):
    run(EarlyStop(2, "val_mean_dice"), scores)
    assert capsys.readouterr().out == why


def test_a_resumed_handler_counts_on():
    first = EarlyStop(3, "val_mean_dice")
    run(first, [0.5, 0.4, 0.4])
    second = EarlyStop(3, "val_mean_dice")
    second.set_trainer(Engine(lambda engine, batch: None))
    second.load_state_dict(first.state_dict())
    assert second.state_dict() == first.state_dict()
    assert second.state_dict()["counter"] == 2
    assert second.state_dict()["best_score"] == 0.5
