"""How long a loop of steps and epochs still takes."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

RECENT = 200  # steps that count, so that a machine that has become busy is noticed


class Told(NamedTuple):
    """How far one has come.

    Attributes:
        done: steps or images that are done, of all epochs.
        total: how many there are.
        unit: what they are: `step` or `image`.
        rate: steps or images a second, without what comes between epochs; 0 before the first.
        left_s: seconds that are left, or None before the first step.
        at_least: whether the end of an epoch, such as a validation, comes besides and has not been timed yet.
    """

    done: int
    total: int
    unit: str
    rate: float
    left_s: float | None
    at_least: bool


class WorkLeft:
    """Times the steps of a loop, and what comes between its epochs, such as a validation.

    Args:
        clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._steps: deque[tuple[float, int]] = deque(maxlen=RECENT)
        self._pauses: deque[float] = deque(maxlen=RECENT)
        self._mark: float | None = None

    def epoch_begins(self) -> None:
        """What passed since the last step was the end of the epoch before."""
        now = self.clock()
        if self._mark is not None:
            self._pauses.append(now - self._mark)
        self._mark = now

    def step_is_done(self, number: int = 1) -> None:
        """A step is done, of one or of several images."""
        now = self.clock()
        self._steps.append((now - (now if self._mark is None else self._mark), number))
        self._mark = now

    def told(self, done: int, total: int, ends: int = 0, unit: str = "step") -> Told:
        """How far one has come, where `ends` more epochs end with something else, such as a validation."""
        seconds, number = sum(step[0] for step in self._steps), sum(step[1] for step in self._steps)
        if not number:
            return Told(done, total, unit, 0.0, None, False)
        pause = sum(self._pauses) / len(self._pauses) if self._pauses else 0.0
        since = self.clock() - (self._mark or 0.0)  # seconds that a running validation has taken so far
        left = max((total - done) * seconds / number + ends * pause - since, 0.0)
        return Told(done, total, unit, number / seconds if seconds else 0.0, left, bool(ends and not self._pauses))
