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


def test_a_resumed_handler_counts_on():
    first = EarlyStop(3, "val_mean_dice")
    run(first, [0.5, 0.4, 0.4])
    second = EarlyStop(3, "val_mean_dice")
    second.set_trainer(Engine(lambda engine, batch: None))
    second.load_state_dict(first.state_dict())
    assert second.state_dict() == first.state_dict()
    assert second.state_dict()["counter"] == 2
    assert second.state_dict()["best_score"] == 0.5
