"""What goes wrong with a file, in one line."""

import errno
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from custom.storage.pointers import pointer
from custom.text.one_line import one_line

NO_FILE = "no such file; look at its name, or fetch it"
CUT_OFF_PIXELS = "truncated file: it ends before its pixels do; copy it again"
CUT_OFF_VOXELS = "truncated file: it ends before its voxels do; copy it again"
# What is done with warnings, the process does: of two threads that change it, one would leave it changed.
_WARNINGS = RLock()


@contextmanager
def errors_in_one_line(path: Path) -> Iterator[None]:
    """Whatever a decoder raises becomes a `ValueError` of one line; its warnings are kept quiet.

    Args:
        path: the file that is read; the line leaves out its name.

    Raises:
        ValueError: in one line.
    """
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FileNotFoundError:
        raise ValueError(missing(path)) from None
    except PermissionError:
        raise ValueError("may not be read by this user; change its permissions") from None
    except OSError as error:
        raise ValueError(
            "is a link that leads to itself; remove it" if error.errno == errno.ELOOP else _unreadable(error)
        ) from None
    except ValueError as error:
        raise ValueError(pointer(path) or one_line(error)) from None
    except Exception as error:  # decoders of broken files raise anything: OSError, SyntaxError, EOFError, zlib.error, ...
        raise ValueError(pointer(path) or _unreadable(error)) from None


def _unreadable(error: Exception) -> str:
    return f"unreadable: {one_line(error)}; copy it again, or save it anew"


@contextmanager
def named(file: object, mend: str = "") -> Iterator[None]:
    """An error about a file begins with its name.

    Args:
        file: its name or path.
        mend: what the error ends with.

    Raises:
        ValueError: with the name before its text.
    """
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{file}: {error}{mend}") from None


def missing(path: Path) -> str:
    """That there is no such file, or only a link to one that was not fetched, without its name."""
    if path.is_symlink():
        return f"is a link to {os.readlink(path)}, which is not here; fetch it, as with `git annex get` or `dvc pull`"
    return NO_FILE
