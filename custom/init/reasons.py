"""A setting of a plan with its reason."""

from typing import Any, NamedTuple

AS_ASKED = "as you asked"


class Choice(NamedTuple):
    """A setting, its value, and why."""

    name: str
    value: Any
    reason: str
