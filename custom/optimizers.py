"""Optimizers by name, so that a config can switch between them with one word."""

from torch import nn
from torch.optim import SGD, Adam, Optimizer

OPTIMIZERS = ("Adam", "SGD")


def make_optimizer(name: str, network: nn.Module, *, lr: float, weight_decay: float = 0.0, momentum: float = 0.9) -> Optimizer:
    """Adam, or SGD with momentum, over all parameters of a network.

    Args:
        name: `"Adam"` or `"SGD"`.
        network: the network whose parameters are optimised.
        lr: learning rate, > 0.
        weight_decay: L2 penalty, ≥ 0.
        momentum: momentum of SGD, in [0, 1); Adam has its own two.

    Raises:
        ValueError: if the name is another.
    """
    if name == "Adam":
        return Adam(network.parameters(), lr=lr, weight_decay=weight_decay)
    if name == "SGD":
        return SGD(network.parameters(), lr=lr, weight_decay=weight_decay, momentum=momentum)
    raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {name!r}")
