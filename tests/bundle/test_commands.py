"""Each command of the documents is one that its program understands; none of them is run here."""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from documented import COMMANDS, DOCUMENTS, ROOT, Command, commands_of
from fire.parser import DefaultParseValue
from monai.bundle import ConfigParser
from monai.utils import ensure_tuple

from custom.command_line.parser import Parser
from custom.configs.names import check_names
from custom.configs.values import check_settings
from custom.settings import SETTINGS
from custom.settings.ids import COMPONENTS
from custom.verbs import VERBS

BUNDLE = ROOT / "bundle"
# Settings whose rule looks at this machine or at what is computed.
UNKNOWN_HERE = ("dataset_dir", "output_dir", "checkpoint", "resume", "run_name", "device", "bundle_root", "border_class")
# Programs of others, and why no test runs what the documents ask of them.
OTHERS = {
    "curl": "asks a server that `make label-test` starts and asks itself",
    "cp": "is what a target of the Makefile does",
    "cd": "belongs to the shell",
    ".": "belongs to the shell",
    "pre-commit": "fetches its hooks from the network",
    "bash": "fetches packages from the network; the scripts' heads say what they print",
    "tensorboard": "is a server",
}


def wrong_with(words: list[str]) -> str:
    """Why a command cannot be right, or an empty string."""
    program, *rest = words
    if program == "torchrun":
        return wrong_with(["python", *words[words.index("-m") :]]) if "-m" in words else "torchrun without a module"
    if "pip" in Path(program).name:
        return wrong_installation(rest)
    if re.fullmatch(r"python(3(\.\d+)?)?", Path(program).name):
        return wrong_python(rest)
    if program == "make":
        return wrong_target(rest)
    return "" if program in OTHERS else f"no known program {program}"


def wrong_python(words: list[str]) -> str:
    first, *rest = words
    if first == "-c":
        compile(rest[0], "document", "exec")
        return ""
    if first != "-m":
        return wrong_script(first, rest)
    module, *arguments = rest
    checks: dict[str, Callable[[list[str]], str]] = {"monai.bundle": wrong_config, "custom": wrong_verb}
    return (
        checks[module](arguments) if module in checks else "" if module in ("venv", "napari") else f"no known module {module}"
    )


def wrong_script(script: str, words: list[str]) -> str:
    path = ROOT / "benchmarks" / Path(script).name if "benchmarks" in Path(script).parts else ROOT / script
    if not path.is_file():
        return f"no file {script}"
    own = words[: words.index("--settings")] if "--settings" in words else words  # what follows is for `init`
    options = [word.split("=")[0] for word in own if word.startswith("--")]
    unknown = [option for option in options if f'"{option}"' not in path.read_text()]
    return f"{script} has no option {', '.join(unknown)}" if unknown else ""


def wrong_target(words: list[str]) -> str:
    text = (ROOT / "Makefile").read_text()
    for word in words:
        name, equals, _ = word.partition("=")
        if not re.search(rf"\$\({name}\)" if equals else rf"^{re.escape(name)}:", text, re.MULTILINE):
            return f"the Makefile has no {name}"
    return ""


def wrong_installation(words: list[str]) -> str:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    asked = [name for word in words for names in re.findall(r"\.\[(.*)\]", word) for name in names.split(",")]
    files = [after for word, after in pairwise(words) if word in ("-c", "-r")]
    missing = [name for name in asked if name not in extras] + [name for name in files if not (ROOT / name).is_file()]
    return f"no extra or file {', '.join(missing)}" if missing else ""


class ParsedError(Exception):
    """A verb has understood its command line; what it passes on to a config is its argument."""


class StoppingParser(Parser):
    """A parser that stops the verb when it has parsed, by whichever method the verb calls."""

    called = False

    def parse_args(self, args=None, namespace=None):
        return self._stop(super().parse_args, lambda _: [], args, namespace)

    def parse_known_args(self, args=None, namespace=None):
        return self._stop(super().parse_known_args, lambda parsed: parsed[1], args, namespace)

    def parse_with_settings(self, args):
        return self._stop(super().parse_with_settings, lambda parsed: [f"--{name}" for name in parsed[1]], args)

    def _stop(self, method, passed_on, *arguments):
        inner, self.called = self.called, True
        parsed = method(*arguments)
        if inner:
            return parsed
        raise ParsedError(passed_on(parsed))


def wrong_verb(words: list[str]) -> str:
    if not words or words[0].startswith("-"):
        return ""
    if words[0] not in VERBS:
        return f"no verb {words[0]}"
    module = import_module(f"custom.verbs.{words[0]}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Parser", StoppingParser)
        try:
            module.run(words[1:])
        except ParsedError as parsed:
            unknown = [
                word for word in parsed.args[0] if word.startswith("--") and word[2:].split("#")[0] not in known_options()
            ]
            return f"no setting {', '.join(unknown)}" if unknown else ""
        except SystemExit as error:
            return "" if error.code == 0 else f"the verb {words[0]} refuses this with code {error.code}"
    return f"the verb {words[0]} has parsed nothing"


def wrong_config(words: list[str]) -> str:
    """What a `python -m monai.bundle run` would refuse before it reads any data."""
    given = options_of(words)
    files = given.pop("config_file", "configs/train.json")
    paths = [BUNDLE / str(name) for name in ensure_tuple(files) if Path(str(name)).name != "config.json"]
    if missing := [path.name for path in paths if not path.is_file()]:
        return f"no config {', '.join(missing)}"
    parser = ConfigParser()
    parser.read_config([str(path) for path in paths or [BUNDLE / "configs/train.json"]])
    if str(given.get("checkpoint", "")).startswith("models/") and not (BUNDLE / str(given["checkpoint"])).is_file():
        return "" if "int8" in str(given["checkpoint"]) else f"no weights {given['checkpoint']}"
    parser.update(given)
    config = parser.get()
    literals = {name: config[name] for name in SETTINGS if name in config and not str(config[name]).startswith(("$", "@"))}
    try:
        check_names(parser)
        check_settings(**{name: value for name, value in literals.items() if name not in UNKNOWN_HERE})
    except ValueError as error:
        return str(error)
    return ""


def options_of(words: list[str]) -> dict[str, object]:
    """The options of a command line as MONAI's fire reads them."""
    names = [index for index, word in enumerate(words) if word.startswith("--")]
    return {words[index][2:]: DefaultParseValue(words[index + 1]) for index in names}


@cache
def known_options() -> set[str]:
    """Every option that a setting, a component, a verb or a script of the repository has."""
    folders = ("custom", "benchmarks", "deploy", "integrations", "tests/trust")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    quoted = {name for path in sources for name in re.findall(r'"--([\w-]+)"', path.read_text())}
    of_others = {"config_file", "no-deps", "standalone", "nproc_per_node", "help", "version", "logdir"}
    return quoted | set(SETTINGS) | COMPONENTS | of_others


def test_what_is_wrong_with_a_command_is_found():
    text = """```bash
python -m custom chek /data   # a comment
python -m custom check /data --input_chanels 1
python -m monai.bundle run training --config_file "['configs/train.json','configs/ems.json']"
OMP_NUM_THREADS=1 python -m monai.bundle run --config_file configs/train.json --epohs 3
make tarin && pip install -e ".[dicmo]"
python benchmarks/elastic.py \\
    --numbr 3
paper="['configs/train.json'"
for fold in 0 1; do
    python -m monai.bundle run training --config_file "$paper]" --fold $fold --num_folds -3
done
sudo reboot
```"""
    problems = [wrong_with(command.words) for command in commands_of(text)]
    assert [bool(problem) for problem in problems] == [True] * 9, problems
    assert "no verb chek" in problems[0] and "ems.json" in problems[2] and "epohs" in problems[3] and "num_folds" in problems[7]


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_documented_command_is_understood(command: Command, capsys):
    assert wrong_with(command.words) == ""


def elsewhere(command: Command) -> list[str]:
    """The files and folders of the repository that a command names, and that are not where the reader stands."""
    named = [part for word in command.words for part in re.split(r"[\[\]',]", word)]
    paths = [Path(part) for part in named if "://" not in part]
    ours = {"bundle": ROOT, "constraints.txt": ROOT, "make": ROOT, "runs": BUNDLE}
    ours |= {name: ROOT for name in ("benchmarks", "deploy", "findings", "integrations", "notebooks", "tests")}
    ours |= {name: BUNDLE for name in ("configs", "docs", "models")}
    whole = [path for path in paths if len(path.parts) > 1 or path.name in ("constraints.txt", "make")]
    inside = [path for path in whole if ours.get(path.parts[0], command.folder) != command.folder]
    above = [path for path in paths if path.parts[:1] == ("..",) and not (command.folder / path).exists()]
    return [str(path) for path in inside + above]


def test_what_lies_elsewhere_is_found():
    text = """Commands run in
`bundle/`.
```bash
python benchmarks/elastic.py
python ../benchmarks/elastic.py
python -m monai.bundle run --config_file "['configs/train.json','configs/ema.json']" --checkpoint runs/a/model.pt
cd ..
```
```bash
make test
python -m custom predict x --checkpoint runs/a/model.pt
python ../benchmarks/elastic.py
```"""
    found = [elsewhere(command) for command in commands_of(text)]
    assert found == [["benchmarks/elastic.py"], [], [], [], [], ["runs/a/model.pt"], ["../benchmarks/elastic.py"]]


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_documented_command_runs_in_the_folder_that_its_page_says(command: Command):
    assert elsewhere(command) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_options_named_in_a_sentence_exist(document):
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    named = {name for span in re.findall(r"`([^`\n]+)`", text) for name in re.findall(r"(?:^|\s)--([\w#-]+)", span)}
    assert not [name for name in named - known_options() if "#" not in name]


def test_each_reason_not_to_run_a_program_is_needed():
    used = {command.words[0] for command in COMMANDS}
    assert set(OTHERS) - used <= {"bash", "tensorboard"}
