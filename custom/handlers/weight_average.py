"""A running average of the weights that is good from the first steps on."""

from ignite.engine import Engine
from ignite.handlers import EMAHandler

YOUNG = 9


class WeightAverage(EMAHandler):
    """ignite's `EMAHandler`, which in step t moves the average by at least 9 / (9 + t) towards the network.

    With `momentum` alone the random weights of the beginning stay in the average for some 1 / `momentum` steps: a training of a
    few hundred steps would be scored by them. The share depends on the step's number alone, so that a resumed run goes on the
    same. It takes the arguments of `EMAHandler`.
    """

    def _update_ema_model(self, engine: Engine, name: str) -> None:
        setattr(engine.state, name, max(self.momentum, YOUNG / (YOUNG + engine.state.iteration)))
        super()._update_ema_model(engine, name)
