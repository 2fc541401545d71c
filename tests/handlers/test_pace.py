"""How often handlers write."""

from types import SimpleNamespace

import pytest

from custom.handlers import pace
from custom.handlers.pace import Pace


@pytest.mark.parametrize(("seconds", "written"), [(0, [1, 2, 3, 4, 5, 6]), (5, [1, 4, 6]), (1e9, [1, 6])])
def test_the_first_and_the_last_epoch_are_due_and_others_every_few_seconds(monkeypatch, seconds: float, written: list[int]):
    clock = iter((100.0, 102.0, 104.0, 106.0, 108.0, 110.0))
    kept = Pace(seconds)
    due = []
    for epoch, now in enumerate(clock, start=1):
        monkeypatch.setattr(pace, "perf_counter", lambda now=now: now)
        due += [epoch] * kept.due(SimpleNamespace(should_terminate=False, state=SimpleNamespace(epoch=epoch, max_epochs=6)))
    assert due == written


def test_an_epoch_after_which_the_training_stops_early_is_due():
    kept = Pace(1e9)
    state = SimpleNamespace(epoch=1, max_epochs=6)
    assert kept.due(SimpleNamespace(should_terminate=False, state=state))
    state.epoch = 2
    assert kept.due(SimpleNamespace(should_terminate=True, state=state))
