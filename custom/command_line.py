"""A parser of command lines that names the option which a misspelt one was meant to be."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any


class Parser(ArgumentParser):
    """An `ArgumentParser` that ends the program with one line and code 2 if there is no option of a given name."""

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Namespace:  # type: ignore[override]
        """The options of a command line."""
        options, rest = self.parse_known_args(args, namespace)
        for word in rest:
            if word.startswith("-"):
                name = word.partition("=")[0]
                self.exit(2, f"{self.prog}: no option {name}{self._nearest(name)}\n")
        if rest:
            self.error(f"too much: {' '.join(rest)}")
        return options

    def _nearest(self, name: str) -> str:
        shown = self.format_help().replace("[", " ").replace("]", " ").replace(",", " ").split()
        near = get_close_matches(name, [word for word in shown if word.startswith("--")], 1)
        return f"; did you mean {near[0]}?" if near else "; --help lists them"
