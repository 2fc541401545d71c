"""The door between the program and the person who runs it: what went wrong is said in a line, without a traceback.

MONAI wraps whatever a component raises in a long traceback; `SystemExit` alone passes through it unchanged. With
`UNET_BUNDLE_DEBUG=1` in the environment, or `python -m custom --debug VERB`, the traceback is shown before the line.
"""

import errno
import os
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from custom.storage.disk_full import FULL, told_full
from custom.text.printable import printable

P = ParamSpec("P")
R = TypeVar("R")
DEBUG = "UNET_BUNDLE_DEBUG"
# Errors whose text is for the person who runs the program; of all others the type tells, too.
TOLD = (ValueError, OSError)
# What the system says of a place, and how to mend it.
PLACES = {
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EISDIR: "is a folder where a file is needed; remove it, or name another",
    errno.EROFS: "lies on a disk that is read-only; name a place that can be written",
    errno.ELOOP: "is a link that leads to itself; remove it, or name another",
}
# What torch says where processes that read images have no room in /dev/shm, through which they hand them over.
NO_SHARED_MEMORY = ("unable to write to file </torch", "unable to allocate shared memory", "out of shared memory")


def one_line_errors(function: Callable[P, R]) -> Callable[P, R]:
    """A function for a config's `_target_` whose `ValueError` and `OSError` end the program with their message and code 1.

    `custom.targets` holds those that the configs name; the functions themselves raise the errors as they are.
    """

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        """The function, whose known errors end the program."""
        try:
            return function(*args, **kwargs)
        except TOLD as error:
            raise ended_by(error, text_of(error)) from error

    return guarded


def ended_by(error: BaseException, line: str) -> SystemExit:
    """What ends the program with code 1 and a line, once the traceback is shown to who asked for it."""
    if os.environ.get(DEBUG):
        show_traceback(error)
    return SystemExit(printable(line, kept="\n"))


def show_traceback(error: BaseException) -> None:
    """On stderr, without what would move the cursor."""
    print(printable("".join(traceback.format_exception(error)), kept="\n"), end="", file=sys.stderr)


def first_cause(error: BaseException) -> BaseException:
    """The error that others, such as MONAI's, were raised from."""
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return error


def text_of(error: BaseException) -> str:
    """What an error says, after its type where that tells more."""
    text, kind = str(error).strip(), type(error).__name__
    if isinstance(error, OSError) and error.errno in FULL:
        return told_full(error.errno, f" of {error.filename}" if error.filename else "")
    if isinstance(error, OSError) and error.errno in PLACES and error.filename:
        return f"{error.filename2 or error.filename}: {PLACES[error.errno]}"
    if isinstance(error, RuntimeError) and any(words in text for words in NO_SHARED_MEMORY):
        return "num_workers: /dev/shm is full; give it more, as `docker run --shm-size 2g` does, or take --num_workers 0"
    if isinstance(error, TOLD):
        return text or kind
    return f"{kind}: {' '.join(text.split())}" if text else kind
