"""The door between a config and the person who runs it: what they got wrong is said without a traceback.

MONAI wraps whatever a component raises in a long traceback; `SystemExit` alone passes through it unchanged.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def one_line_errors(function: Callable[P, R]) -> Callable[P, R]:
    """A function for a config's `_target_` whose `ValueError` and `OSError` end the program with their message and code 1.

    `custom.targets` holds those that the configs name; the functions themselves raise the errors as they are.
    """

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (ValueError, OSError) as error:
            raise SystemExit(str(error) or type(error).__name__) from None

    return guarded
