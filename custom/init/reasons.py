"""A setting of a plan with its reason."""

from typing import Any, NamedTuple

HOW = "; bundle/docs/by_hand.md shows how"  # to make class numbers of other masks, and to join channels
AS_ASKED = "as you asked"


class Choice(NamedTuple):
    """A setting, its value, and why."""

    name: str
    value: Any
    reason: str
