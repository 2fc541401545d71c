"""The commands that the documents show, one by one, as a shell would run them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md") if (ROOT / name).is_file()]
DOCUMENTS += sorted((ROOT / "bundle/docs").glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
IN_BUNDLE = re.compile(r"commands run in\s+`bundle/`", re.IGNORECASE)
ASSIGNMENT = re.compile(r"(\w+)=(.+)$")
LOOP = re.compile(r"for (\w+) in (\S+)")


class Command(NamedTuple):
    """A command of a document: its words, where it stands, and the folder in which the reader is then."""

    words: list[str]
    page: str
    folder: Path = ROOT

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return [body for name, body in BLOCK.findall(text) if name == language]


def commands_of(text: str, page: str = "") -> list[Command]:
    """The commands of all bash blocks, with what a block assigns to variables put in.

    Commands run in the root of the repository, or in `bundle/` where the page says so before; a `cd` holds from block to block.
    """
    statement = IN_BUNDLE.search(text)
    folder, found = ROOT, []
    for block in BLOCK.finditer(text):
        if statement and statement.start() < block.start():
            folder, statement = ROOT / "bundle", None
        for words in commands_in(block[2]) if block[1] == "bash" else ():
            found.append(Command(words, page, folder))
            folder = (folder / words[1]).resolve() if words[0] == "cd" else folder
    return found


def commands_in(block: str) -> Iterator[list[str]]:
    """The words of each command of a block; loops stand for their first turn."""
    variables: dict[str, str] = {}
    for line in block.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#\s.*$", "", line).strip()
        if loop := LOOP.match(line):
            variables[loop[1]] = loop[2].rstrip(";")
        if not line or line.split()[0].rstrip(";") in ("for", "do", "done"):
            continue
        words = [part for word in shlex.split(line) for part in expanded(word, variables)]
        if len(words) == 1 and (given := ASSIGNMENT.match(words[0])):
            variables[given[1]] = given[2]
        else:
            yield from split(words)


def expanded(word: str, variables: dict[str, str]) -> list[str]:
    """A word with variables put in; one that is a variable alone falls into the words of its value."""
    if word[1:] in variables and word.startswith("$"):
        return variables[word[1:]].split()
    for name, value in variables.items():
        word = re.sub(rf"\$({name}\b|\{{{name}\}})", lambda _, value=value: value, word)
    return [word]


def split(words: list[str]) -> Iterator[list[str]]:
    """The commands between `&&` and `;`, without variables of the environment before them."""
    command: list[str] = []
    for word in [*words, "&&"]:
        command.append(word.rstrip(";")) if word != "&&" else None
        if word == "&&" or word.endswith(";"):
            while command and re.fullmatch(r"[A-Z_]+=\S*", command[0]):
                del command[0]
            if command:
                yield command
            command = []


COMMANDS = [command for path in DOCUMENTS for command in commands_of(path.read_text(), path.name)]
