"""A list in a line, cut short where it is long."""

from collections.abc import Sequence


def some(values: Sequence[object], most: int = 16) -> str:
    """The first of the values in one line, with dots for the rest.

    Args:
        values: what `str` makes texts of.
        most: how many are shown.
    """
    return ", ".join(map(str, values[:most])) + (", …" if len(values) > most else "")
