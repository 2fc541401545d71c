"""The average of the weights."""

import pytest
import torch
from ignite.engine import Engine, Events
from torch import nn

from custom.handlers import WeightAverage


def averaged(values: list[float], momentum: float) -> list[float]:
    """The average after each step of a network of one weight that takes these values."""
    network = nn.Linear(1, 1, bias=False)
    nn.init.constant_(network.weight, 100.0)
    handler, seen = WeightAverage(network, momentum=momentum), []

    def step(engine: Engine, value: float) -> None:
        nn.init.constant_(network.weight, value)

    engine = Engine(step)
    handler.attach(engine)
    engine.add_event_handler(Events.ITERATION_COMPLETED, lambda: seen.append(float(handler.ema_model.weight)))
    engine.run(values)
    return seen


def test_the_weights_of_the_beginning_are_forgotten_at_once() -> None:
    after = averaged([1.0] * 30, momentum=0.002)
    assert after[0] == pytest.approx(0.9 * 1 + 0.1 * 100)
    assert after[29] == pytest.approx(1.0, abs=1e-3)


def test_later_each_step_counts_by_the_momentum() -> None:
    *_, before, last = averaged([0.0] * 2000 + [1.0], momentum=0.1)
    assert (before, last) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.1))


def test_buffers_are_averaged_as_ignite_does() -> None:
    network = nn.BatchNorm1d(1)
    handler = WeightAverage(network, momentum=0.5, handle_buffers="copy")
    engine = Engine(lambda engine, batch: network(torch.full((4, 1), 3.0)))
    handler.attach(engine)
    engine.run([0, 1])
    assert torch.equal(handler.ema_model.running_mean, network.running_mean)
