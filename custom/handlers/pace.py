"""How often a handler writes where epochs are short."""

from time import perf_counter

from ignite.engine import Engine


class Pace:
    """Whether files that take long to write are due at the end of an epoch: the first and the last, else every few seconds.

    A training on a handful of images then does not spend its time on them. A kill loses these seconds and the epoch begun.

    Args:
        seconds: least time in s between two epochs that are due; 0 makes all of them due.
    """

    def __init__(self, seconds: float = 5.0) -> None:
        self.seconds = seconds
        self._since = -float("inf")

    def due(self, engine: Engine) -> bool:
        """Whether to write now; the time counts from the last call that said so."""
        last = engine.should_terminate or engine.state.epoch == engine.state.max_epochs
        if not last and perf_counter() - self._since < self.seconds:
            return False
        self._since = perf_counter()
        return True
