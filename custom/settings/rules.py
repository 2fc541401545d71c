"""Rules that a value keeps, each with its words: `lr must be a number above 0, got -1`."""

import sys
from ast import literal_eval
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

MOST = 1_000_000


class Rule(NamedTuple):
    """What a value must be, in words that follow "must be", and whether one is."""

    words: str
    holds: Callable[[Any], bool]

    def check(self, name: str, value: Any) -> None:
        """Makes sure that a value keeps the rule.

        Raises:
            ValueError: naming the setting, the rule and the value.
        """
        if not self.holds(value):
            raise ValueError(f"{name} must be {self.words}, got {value!r}")


def whole(least: int, most: int = MOST) -> Rule:
    """A whole number in `least`..`most`."""
    return Rule(f"a whole number from {least} to {most}", lambda value: is_whole(value) and least <= value <= most)


def number(least: float) -> Rule:
    """A finite number of at least `least`."""
    return Rule(f"a finite number of at least {least}", lambda value: is_finite(value) and value >= least)


def either(value: Any, word: str, rule: Rule) -> Rule:
    """A rule, or one value besides, which has a word of its own."""
    return Rule(f"{rule.words}, or {word}", lambda given: _same(given, value) or rule.holds(given))


def one_of(*values: str) -> Rule:
    """One of some words."""
    return Rule(f"one of {', '.join(values)}", lambda value: isinstance(value, str) and value in values)


def is_whole(value: Any) -> bool:
    """Whether it is a whole number; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_finite(value: Any) -> bool:
    """Whether it is a number that a float can hold, neither NaN nor infinite; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def is_expression(value: Any) -> bool:
    """Whether a value of a config is text that MONAI makes another value of."""
    return isinstance(value, str) and value.startswith(("$", "@", "%"))


def is_plain(value: Any) -> bool:
    """Whether a value of a config is nothing but data: a number, None, or text or a list of texts without `$`, `@` and `%`."""
    if isinstance(value, list):
        return all(isinstance(item, str) and is_plain(item) for item in value)
    return value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and not is_expression(value))


def as_config(value: Any) -> Any:
    r"""A plain value as a config must hold it: MONAI reads each `#` in text as `::`, so such text becomes an expression.

    `set #1` is `$'set \x231'`, whose value is the text again. Expressions stay as they are.
    """
    if isinstance(value, list):
        return [as_config(item) for item in value]
    if isinstance(value, dict):
        return {key: as_config(item) for key, item in value.items()}
    if not isinstance(value, str) or "#" not in value or not is_plain(value):
        return value
    return "$" + repr(value).replace("#", r"\x23").replace("@", r"\x40").replace("%", r"\x25")


def from_config(value: Any) -> Any:
    """The text that `as_config` made an expression of; other values as they are."""
    try:
        text = literal_eval(value[1:]) if isinstance(value, str) and value.startswith("$") else value
    except (ValueError, SyntaxError):
        return value
    return text if isinstance(text, str) else value


def _same(given: Any, value: Any) -> bool:
    return type(given) is type(value) and bool(given == value)


def _is_folder(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, str | Path) and Path(value).expanduser().is_dir())


def _is_name_below_runs(value: Any) -> bool:
    return ".." not in str(value) and not Path(str(value)).is_absolute() and str(value).isprintable()


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(is_whole(number) and number > 0 for number in value)


def _is_device(value: Any) -> bool:
    import torch

    try:
        device = torch.device(value)
    except (RuntimeError, TypeError):
        return False
    return device.type == "cpu" or (device.type == "cuda" and (device.index or 0) < torch.cuda.device_count())


BOOLEAN = Rule("True or False", lambda value: isinstance(value, bool))
TEXT = Rule("text", lambda value: isinstance(value, str | Path))
NAMES = Rule("a list of names", lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value))
PAIR = Rule("two whole numbers above 0, such as [512,1024]", _is_pair)
WEIGHTS = Rule("a file of weights, or several of one kind, [a.pt,b.pt]", lambda value: TEXT.holds(value) or NAMES.holds(value))
PLACE = Rule(
    "an existing folder or image, the URL of a large image, or empty",
    lambda value: _is_folder(value) or "://" in str(value) or Path(str(value)).expanduser().is_file(),
)
RESUMED = Rule(
    "the folder of a run, such as runs/mine; for predictions True or False",
    lambda value: isinstance(value, bool) or _is_folder(value),
)
NAME_BELOW_RUNS = Rule("a name below runs/", _is_name_below_runs)
DEVICE = Rule("a device of this machine, such as cpu or cuda:0", _is_device)
POSITIVE = Rule("a finite number above 0", lambda value: is_finite(value) and value > 0)
BETWEEN_0_AND_1 = Rule("a number between 0 and 1", lambda value: is_finite(value) and 0 < value < 1)
FROM_0_BELOW_1 = Rule("a number from 0 and below 1", lambda value: is_finite(value) and 0 <= value < 1)
SHARE = Rule("a number from 0 to 1", lambda value: is_finite(value) and 0 <= value <= 1)
