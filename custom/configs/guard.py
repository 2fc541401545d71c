"""Components and expressions of a config whose errors end the program in one line that names their ID.

MONAI would show three tracebacks of some 80 lines, of which none tells where in the config the error lies.
"""

import traceback
from pathlib import Path
from typing import Any

from monai.bundle import ConfigComponent, ConfigExpression, ConfigParser

from custom.command_line.door import DEBUG, TOLD, ended_by, first_cause, text_of
from custom.settings.rules import is_expression

PROGRAMS = ("run", "training", "initialize", "finalize")
LONGEST = 80


def guard(parser: ConfigParser) -> None:
    """Guards what a parser has not made yet; what `SystemExit` ends, ends as it would.

    Args:
        parser: that is at work, so that its items are known.
    """
    items = parser.ref_resolver.items
    for name, item in items.items():
        if type(item) is ConfigComponent:
            items[name] = _Component(_config(item), name, item.locator)
        elif type(item) is ConfigExpression and not item.is_import_statement(_config(item)):
            items[name] = _Expression(_config(item), name, item.globals)


class _Component(ConfigComponent):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.written = _config(self)

    def instantiate(self, **kwargs: Any) -> object:
        """The component; an error ends the program in one line."""
        try:
            return super().instantiate(**kwargs)
        except Exception as error:
            plain = (f"{key}={value!r}" for key, value in self.written.items() if _is_shown(key, value))
            given = ", ".join(plain)
            raise ended_by(error, f"{_name(self)} cannot be made{f' with {given}' * bool(given)}: {_why(error)}") from error


class _Expression(ConfigExpression):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.written = str(_config(self))

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        """The value; an error ends the program in one line."""
        try:
            return super().evaluate(*args, **kwargs)
        except Exception as error:
            name = _name(self)
            if name.split("#")[0] in PROGRAMS:
                raise ended_by(error, _why(error, place=True)) from error
            raise ended_by(error, f"{name} cannot be found out from {self.written!r}: {_why(error)}") from error


def _config(item: ConfigComponent | ConfigExpression) -> Any:
    return item.get_config()  # type: ignore[no-untyped-call]


def _name(item: ConfigComponent | ConfigExpression) -> str:
    return str(item.get_id()).replace("::", "#")


def _is_shown(key: str, value: Any) -> bool:
    """Whether an argument is a plain one, whose value may be wrong."""
    return not key.startswith("_") and not is_expression(value) and len(repr(value)) < LONGEST


def _why(error: BaseException, place: bool = False) -> str:
    """What went wrong first and, of what is no error of who runs the program, where."""
    cause = first_cause(error)
    if isinstance(cause, TOLD) or not place:
        return text_of(cause)
    frame = traceback.extract_tb(cause.__traceback__)[-1]
    file = "/".join(Path(frame.filename).parts[-3:])
    return f"{text_of(cause)} ({file}, line {frame.lineno}); {DEBUG}=1 before the command shows the traceback"
