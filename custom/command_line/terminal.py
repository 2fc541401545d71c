"""What verbs say, in colour where there is a terminal and as plain text elsewhere; no line is broken on the way."""

import sys

from rich.console import Console
from rich.text import Text

PLAIN_WIDTH = 120  # characters in a line of a table where there is no terminal


def console(stderr: bool = False) -> Console:
    """Where to write: standard output, or standard error."""
    plain = not (sys.stderr if stderr else sys.stdout).isatty()
    width = PLAIN_WIDTH if plain else None
    return Console(stderr=stderr, width=width, soft_wrap=True, highlight=False, markup=False, emoji=False)


def say_error(prog: str, message: str) -> None:
    """Writes the one line of an error on standard error."""
    console(stderr=True).print(Text.assemble((f"{prog}:", "bold red"), f" {message}"))
