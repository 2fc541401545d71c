"""Times in words, and when a line of them is due."""

import time
from collections.abc import Callable

FIRST_LINE_S, LINE_EVERY_S = 10.0, 60.0


class Due:
    """Whether a plain line about progress is due where there is no terminal: after ten seconds, and then every minute.

    Args:
        clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._next = clock() + FIRST_LINE_S

    def __call__(self) -> bool:
        """Whether to write one now; the next one is due a minute later."""
        now = self.clock()
        if now < self._next:
            return False
        self._next = now + LINE_EVERY_S
        return True


def duration(seconds: float) -> str:
    """A time as people say it: `4.2 s`, `45 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
