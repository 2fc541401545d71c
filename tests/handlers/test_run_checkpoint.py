"""Which epochs the checkpoints of a run hold."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from custom.handlers import RunCheckpoint, pace


def test_the_best_epochs_the_first_and_the_last_are_kept_even_if_epochs_take_no_time(monkeypatch, tmp_path):
    monkeypatch.setattr(pace, "perf_counter", lambda: 7.0)
    network = nn.Linear(1, 1)
    scored = SimpleNamespace(best_metric=0.0, best_metric_epoch=-1)
    handler = RunCheckpoint(str(tmp_path), SimpleNamespace(network=network, state=scored), {"network": network}, {})
    held = []
    for epoch, score in enumerate((0.5, 0.4, 0.9, 0.7, 0.6), start=1):
        nn.init.constant_(network.weight, epoch)
        if score > scored.best_metric:
            scored.best_metric, scored.best_metric_epoch = score, epoch
        state = SimpleNamespace(rank=0, epoch=epoch, iteration=epoch, max_epochs=5)
        handler.save(SimpleNamespace(state=state, scaler=None, should_terminate=False))
        model, last = (torch.load(tmp_path / name, weights_only=True) for name in ("model.pt", "last.pt"))
        assert last["state"]["network"]["weight"] == last["epoch"]
        held.append((model["weight"].item(), last["epoch"], last["best_metric"]))
    assert held == [(1, 1, 0.5), (1, 1, 0.5), (3, 3, 0.9), (3, 3, 0.9), (3, 5, 0.9)]


def test_a_checkpoint_with_nan_is_not_continued(tmp_path):
    network = nn.Linear(1, 1)
    nn.init.constant_(network.weight, float("nan"))
    state = SimpleNamespace(best_metric=0.0, best_metric_epoch=-1, rank=0, epoch=1, iteration=1, max_epochs=2)
    engine = SimpleNamespace(state=state, scaler=None, should_terminate=True)
    handler = RunCheckpoint(str(tmp_path), SimpleNamespace(network=network, state=state), {"network": network}, {})
    handler.save(engine)
    with pytest.raises(
        ValueError, match=r"last\.pt is refused: weight holds NaN or infinite values; take an earlier checkpoint"
    ):
        handler.load(engine)
