"""A parser of command lines: names have underscores, as in the configs, or dashes; what is wrong is told in one line."""

import re
from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from ast import literal_eval
from collections.abc import Sequence
from typing import Any, NoReturn

from custom.text.nearest import did_you_mean
from custom.text.printable import printable

KINDS = {"int": "a whole number", "float": "a number"}


class Parser(ArgumentParser):
    """An `ArgumentParser` that ends the program with code 2 and one line, which names the argument and the mend.

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
                self.error(f"no option {name}{self.nearest(name)}")
        if rest:
            self.error(f"too much: {' '.join(rest)}; put names with blanks in quotes, --help tells what it takes")
        return options

    def error(self, message: str) -> NoReturn:
        """Ends the program with code 2 and one line, in which what argparse says is told in plain words."""
        self.exit(2, f"{self.prog}: {printable(self._plain(message))}\n")

    def _plain(self, message: str) -> str:
        if missing := re.fullmatch("the following arguments are required: (.+)", message):
            return f"{missing[1]} {'are' if ', ' in missing[1] else 'is'} missing{self._help_of(missing[1])}; --help shows all"
        if not (told := re.fullmatch("argument ([^:]+): (.+)", message, re.DOTALL)):
            return message
        name, what = told[1], told[2]
        if choice := re.match("invalid choice: (.+) \\(choose from (.+)\\)", what):
            return f"{name} must be one of {choice[2]}, got {choice[1]}"
        if value := re.fullmatch("invalid ([a-z]+) value: (.+)", what):
            return f"{name} must be {KINDS.get(value[1], value[1])}, got {value[2]}"
        if needed := re.fullmatch(r"expected (at least )?(\w+) arguments?", what):
            number = "a value" if needed[2] == "one" else f"{needed[2]} values"
            return f"{name} needs {number}{self._help_of(name)}"
        return f"{name} {what}" if what.startswith("must") else f"{name}: {what}"

    def _help_of(self, name: str) -> str:
        """What an argument is, behind a colon, by its name in an error of argparse; an alias is what its option is."""
        meant = [action.dest for action in self._actions if _called(action) == name]
        shown = (action for action in self._actions if action.dest in meant and action.help not in (None, SUPPRESS))
        action = next(shown, None)
        return f": {str(action.help) % {**vars(action), 'prog': self.prog}}" if action else ""

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

    def nearest(self, name: str) -> str:
        """The end of an error line: which option a misspelt one was meant to be.

        Args:
            name: with its dashes.
        """
        shown = [option for action in self._actions if action.help != SUPPRESS for option in action.option_strings]
        return did_you_mean(with_underscores(name), shown, "; --help lists them")


def _called(action: Action) -> str:
    """The name of an argument in the errors of argparse."""
    return "/".join(action.option_strings) or str(action.metavar or action.dest)


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
