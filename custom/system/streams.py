"""Standard input, output and error as a program needs them, however it was started."""

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper

PIPE_CLOSED = 141  # 128 + SIGPIPE: the code that shells give a program whose reader went away


def open_streams() -> None:
    """Opens what is closed, so that no file of a result takes its number; shows what an encoding lacks by its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
    sys.stdout = sys.stdout or open(1, "w", closefd=False)
    sys.stderr = sys.stderr or open(2, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def piped(program: Callable[[], int]) -> int:
    """The exit code of a program; 141 if whoever read its output went away before all was written, as `head -1` does."""
    code = program()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return left_by_reader()
    return code


def is_left_by_reader(error: BaseException) -> bool:
    """Whether an error tells that nobody reads standard output any more."""
    if not isinstance(error, BrokenPipeError):
        return False
    from select import POLLERR, poll  # Windows has none, and raises no BrokenPipeError

    watched = poll()
    watched.register(sys.stdout.fileno(), 0)
    return any(events & POLLERR for _, events in watched.poll(0))


def left_by_reader() -> int:
    """The exit code of a program that nobody reads any more; what it still has to say leads nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tells of the pipe once more at its end
    return PIPE_CLOSED
