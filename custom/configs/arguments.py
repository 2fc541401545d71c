"""Plain arguments of components in a config that cannot be right, by the types that the component names and by being numbers.

Only what is plain on both sides is judged: `sigmoid: bool` does not take `"yes"`. Of sequences and the like a component says
itself what it takes, when it is made.
"""

import inspect
import math
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from monai.utils import enums

from custom.settings.rules import SHARE, Rule, is_expression, is_finite
from custom.settings.walk import numbers

# What an argument whose default is one of these may be, besides the numbers of splines; MONAI asks only when it is used.
PADS = (enums.NumpyPadMode, enums.PytorchPadMode)
EDGES = (enums.GridSamplePadMode, enums.NdimageMode, *PADS)
SAMPLINGS = (enums.GridSampleMode, enums.InterpolateMode)
# Numbers that MONAI takes in silence, and would do something else with; also in lists.
NOT_NEGATIVE = Rule("a number of at least 0", lambda value: is_finite(value) and value >= 0)
ABOVE_0 = Rule("a number above 0", lambda value: is_finite(value) and value > 0)
OF_TRANSFORMS = {
    "prob": SHARE, "missing_prob": SHARE, "repeat_prob": SHARE,
    "std": NOT_NEGATIVE, "sigma_x": NOT_NEGATIVE, "sigma_y": NOT_NEGATIVE, "zoom_range": ABOVE_0,
}  # fmt: skip
# As torch writes types, whose other names exist for checkers of types alone.
PLAIN = {"bool": bool, "int": int, "float": float, "str": str, "bool | None": bool | None, "int | None": int | None}
WORDS = {bool: "True or False", int: "a whole number", float: "a number", str: "text", NoneType: "none"}


def check_numbers(config: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Makes sure that no number of a config is NaN or infinite, those aside whose rule tells more.

    Raises:
        ValueError: naming the first such.
    """
    for name, value in numbers(config):
        if not math.isfinite(value) and name not in known:
            raise ValueError(f"{name} must be a finite number, got {value}")


def check_argument(name: str, value: Any, component: Callable[..., Any], argument: str) -> None:
    """Makes sure that a component can take a plain value.

    Args:
        name: argument of the config.
        value: what stands there; text that begins with `$`, `@` or `%` becomes a value later and is not checked.
        component: class or function.
        argument: its name there.

    Raises:
        ValueError: if the component names plain types alone, and the value is of none of them; if the argument is a word for
            how MONAI pads or interpolates, and the value is none; or if it is a number that no transform can take.
    """
    if type(value) not in (bool, int, float, str, list, dict) or is_expression(value):
        return
    types = _plain_types(component, argument)
    if types and not any(_is(value, one) for one in types):
        raise ValueError(f"{name} must be {' or '.join(WORDS[one] for one in types)}, got {value!r}")
    known, rule = _known_words(component, argument), OF_TRANSFORMS.get(argument)
    for word in value if isinstance(value, list) else [value]:
        if rule and isinstance(word, int | float) and not rule.holds(word):
            raise ValueError(f"{name} must be {rule.words}, got {value!r}")
        if known and isinstance(word, str) and not word.isdigit() and word not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {word!r}")


def check_as_setting(name: str, value: Any, rule: Rule) -> None:
    """Makes sure that a plain value which is written in the place of a setting keeps that setting's rule.

    Raises:
        ValueError: if it does not.
    """
    if type(value) in (bool, int, float, str) and not is_expression(value):
        rule.check(name, value)


@cache
def _known_words(component: Callable[..., Any], argument: str) -> list[str]:
    """The words of an argument whose default is one of MONAI's ways to pad or to interpolate, else none."""
    try:
        default = inspect.signature(component).parameters[argument].default
    except (TypeError, ValueError, KeyError):
        return []
    for family in (PADS, EDGES, SAMPLINGS):
        if isinstance(default, Enum) and type(default) in family:
            return sorted({str(word.value) for kind in family for word in kind})
    return []


@cache
def _plain_types(component: Callable[..., Any], argument: str) -> tuple[type, ...]:
    """The types of an argument if all are plain, else none."""
    try:
        annotation = inspect.signature(component).parameters[argument].annotation
    except (TypeError, ValueError, KeyError):  # written in C
        return ()
    if isinstance(annotation, str):
        annotation = PLAIN.get(annotation) or _evaluated(component, argument)
    types = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return types if all(isinstance(one, type) and one in WORDS for one in types) else ()


def _evaluated(component: Callable[..., Any], argument: str) -> Any:
    try:
        return inspect.signature(component, eval_str=True).parameters[argument].annotation
    except Exception:  # names that exist for checkers of types alone
        return None


def _is(value: Any, kind: type) -> bool:
    if kind is bool:
        return value in (0, 1) and isinstance(value, bool | int)
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
