"""Optimizers by name."""

import pytest
from torch import nn, optim

from custom.optimizers import make_optimizer


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="optimizer must be one of Adam, SGD, got 'RMSprop'"):
        make_optimizer("RMSprop", nn.Linear(1, 1), lr=0.1)


@pytest.mark.parametrize(("name", "kind"), [("Adam", optim.Adam), ("SGD", optim.SGD)])
def test_the_name_chooses_and_the_numbers_arrive(name, kind):
    optimizer = make_optimizer(name, nn.Linear(1, 1), lr=0.1, weight_decay=0.01)
    assert type(optimizer) is kind
    assert optimizer.defaults["lr"] == 0.1
    assert optimizer.defaults["weight_decay"] == 0.01


def test_the_papers_momentum_reaches_sgd():
    assert make_optimizer("SGD", nn.Linear(1, 1), lr=0.1, momentum=0.99).defaults["momentum"] == 0.99
