"""What verbs say, in colour where there is a terminal and as plain text elsewhere; no line is broken on the way."""

from rich.console import Console
from rich.text import Text


def console(stderr: bool = False) -> Console:
    """Where to write: standard output, or standard error."""
    return Console(stderr=stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)


def say_error(prog: str, message: str) -> None:
    """Writes the one line of an error on standard error."""
    console(stderr=True).print(Text.assemble((f"{prog}:", "bold red"), f" {message}"))
