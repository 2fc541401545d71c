"""A parser of command lines: names have underscores, as in the configs, or dashes; a misspelt one is told the nearest."""

from argparse import SUPPRESS, ArgumentParser, Namespace
from ast import literal_eval
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any


class Parser(ArgumentParser):
    """An `ArgumentParser` that ends the program with one line and code 2 if there is no option of a given name.

    Declare options with underscores; dashes are accepted in their place.
    """

    def parse_known_args(  # type: ignore[override]
        self, args: Any = None, namespace: Any = None
    ) -> tuple[Namespace, list[str]]:
        """The options of a command line, and the words that belong to none."""
        declared = {with_underscores(option): option for action in self._actions for option in action.option_strings}
        return super().parse_known_args(None if args is None else [_declared(word, declared) for word in args], namespace)

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Namespace:  # type: ignore[override]
        """The options of a command line."""
        options, rest = self.parse_known_args(args, namespace)
        for word in rest:
            if word.startswith("-"):
                name = word.partition("=")[0]
                self.exit(2, f"{self.prog}: no option {name}{self.nearest(name)}\n")
        if rest:
            self.error(f"too much: {' '.join(rest)}")
        return options

    def parse_with_settings(self, args: Sequence[str]) -> tuple[Namespace, dict[str, Any]]:
        """The options of a command line, and what else is written `--NAME VALUE` in it, by name and as Python reads the value.

        A name without a value is True, as for `python -m monai.bundle`.
        """
        declared = {with_underscores(option) for action in self._actions for option in action.option_strings}
        own: list[str] = []
        settings: dict[str, Any] = {}
        rest = list(args)
        while rest:
            word = with_underscores(rest.pop(0))
            name, sign, value = word.partition("=")
            if not name.startswith("--") or name in declared:
                own.append(word)
                continue
            if not sign:
                value = rest.pop(0) if rest and not rest[0].startswith("--") else "True"
            settings[name[2:]] = as_python(value)
        return self.parse_args(own), settings

    def alias(self, name: str, *others: str, **options: Any) -> None:
        """Adds what else may be written for the option `--name`, without showing it in the help.

        Args:
            name: the option's name, without dashes.
            others: option strings.
            options: further arguments of `add_argument`, such as `type`.
        """
        for other in others:
            self.add_argument(other, dest=name, help=SUPPRESS, default=SUPPRESS, **options)

    def nearest(self, name: str, known: Iterable[str] = ()) -> str:
        """The end of an error line: which option a misspelt one was meant to be.

        Args:
            name: with its dashes.
            known: names besides those of this parser.
        """
        shown = [option for action in self._actions if action.help != SUPPRESS for option in action.option_strings]
        near = get_close_matches(with_underscores(name), [*shown, *known], 1)
        return f"; did you mean {near[0]}?" if near else "; --help lists them"


def with_underscores(option: str) -> str:
    """An option with underscores in its name: `--batch_size` for `--batch-size`; other words as they are."""
    name, sign, value = option.partition("=")
    return f"--{name[2:].replace('-', '_')}{sign}{value}" if name.startswith("--") else option


def as_python(value: str) -> Any:
    """What a word of the command line means: a number, a list, True or None, else text."""
    try:
        return literal_eval(value)
    except (ValueError, SyntaxError):
        return value


def _declared(word: str, declared: dict[str, str]) -> str:
    """A word of the command line, with the name of its option as it was declared."""
    name, sign, value = word.partition("=")
    return f"{declared.get(with_underscores(name), name)}{sign}{value}" if name.startswith("--") else word
