"""Which name a misspelt one was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of an error line: `; did you mean batch_size?`.

    Args:
        name: as it was written.
        known: the names that exist.
        otherwise: what the line ends with where none of them is near.
    """
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else otherwise
