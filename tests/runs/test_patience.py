"""Early stopping by the scores of validations, and that what a run tells of it is what ended it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ignite.engine import Engine, Events

from custom.handlers import EarlyStop
from custom.runs.patience import why_ended


@pytest.mark.parametrize(
    ("scores", "patience", "why"),
    [
        ([0.5, 0.5, 0.5], 2, "2 validations added less than 0.001 to val_mean_dice"),
        ([0.5, 0.5006, 0.5012], 2, ""),
        ([0.5, 0.9995], 2, "val_mean_dice is 0.9995, and can rise by less than 0.001"),
        ([0.5, 0.999], 2, ""),
        ([1.0], -1, ""),
        ([], 1, ""),
    ],
)
def test_a_training_ends_when_its_score_no_longer_rises(scores, patience, why):
    assert why_ended("val_mean_dice", scores, patience) == why


def test_a_score_that_is_no_share_may_rise_above_1():
    assert why_ended("val_rand_error", [0.9995], 2) == why_ended("val_mean_dice", [1.5], 2) == ""


@given(st.lists(st.sampled_from([0.2, 0.2009, 0.3, 0.9989, 0.9991, 1.0]), min_size=1, max_size=8), st.integers(1, 3))
def test_files_and_training_agree(scores, patience):
    handler, trainer, evaluator = EarlyStop(patience, "val_mean_dice"), Engine(lambda *_: None), Engine(lambda *_: None)
    handler.set_trainer(trainer)
    handler.attach(evaluator)
    remaining = iter(scores)
    evaluator.add_event_handler(Events.EPOCH_STARTED, lambda: evaluator.state.metrics.update(val_mean_dice=next(remaining)))
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda: evaluator.run([0]))
    done = trainer.run([0], max_epochs=len(scores)).epoch
    ended = [number for number in range(1, len(scores) + 1) if why_ended("val_mean_dice", scores[:number], patience)]
    assert done == (ended[0] if ended else len(scores))
