"""Ctrl-C and `kill`: a program says one line, takes away what is half-written, and ends.

A signal raises `SystemExit`. Python drops what is raised while a destructor or a callback of its garbage collector runs. The
program then ends where it asks whether a signal came, or at another signal, ten seconds later.
"""

import os
import signal
import threading
import time
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE_S = 10
INTERRUPTED = "interrupted; nothing is half-written"


class EndBySignal:
    """From now until `restore`, an interrupt ends the program with one line and code 130 (SIGTERM: 143).

    Of several processes the first alone speaks. Processes that it forked leave the word to it.
    """

    def __init__(self) -> None:
        self._owner, self._code, self._since = os.getpid(), 0, 0.0
        self._previous: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():  # the only one that Python lets handle signals
            self._previous = {number: signal.signal(number, self._end) for number in SIGNALS}

    def line(self) -> str:
        """What is said."""
        return INTERRUPTED

    def end_late(self) -> None:
        """End the program if a signal came while a destructor or a callback ran, where Python drops what is raised."""
        if self._code:
            raise SystemExit(self._code)

    def finish(self) -> None:
        """Let signals do what they did before, or end the program if one came."""
        self.end_late()
        self.restore()

    def restore(self) -> None:
        """Let signals do what they did before."""
        while self._previous:
            number, handler = self._previous.popitem()
            signal.signal(number, handler)

    def say(self) -> None:
        """Say the line, and pass over signals that come soon."""
        self._since = time.monotonic()
        for number in SIGNALS:
            signal.signal(number, self._again)
        if hasattr(signal, "SIGCHLD"):  # or torch may raise while this process ends, since a worker was ended too
            signal.signal(signal.SIGCHLD, _ignore)
        if os.environ.get("RANK", "0") == "0":
            os.write(2, f"\n{self.line()}\n".encode())  # not print, which may be what was interrupted

    def _end(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() == self._owner:  # a worker of a DataLoader is ended by its parent
            self._code = 128 + number
            self.say()
            raise SystemExit(self._code)

    def _again(self, number: int, frame: FrameType | None) -> None:
        """Passes over what comes soon: torchrun repeats signals while files are being cleaned up."""
        if time.monotonic() - self._since > PATIENCE_S:  # what the first raised was dropped, or cleaning up does not end
            raise SystemExit(self._code or 128 + number)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Does nothing. Python prints a traceback for a signal that waits while its handler becomes `SIG_IGN` or `SIG_DFL`."""
