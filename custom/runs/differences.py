"""Which settings tell runs apart."""

from collections.abc import Sequence
from typing import Any

from custom.command_line.bundle_command import as_typed, shown
from custom.runs.state import RunState
from custom.settings.table import SETTINGS

# Of what belongs to the machine or the moment, these change what a network learns, or what it is scored on.
DATA = ("dataset_dir", "checkpoint")
NAMES_ONLY = ("class_names", "shipped_weights")


def differing_settings(runs: Sequence[RunState]) -> dict[str, list[str]]:
    """The settings whose values are not the same in all runs: by name, the value of each run as a person would type it.

    A value is blank where the config computes it, or where the run has no use for it, as an evaluation for a learning rate; the
    latter differs from none.
    """
    names = [name for name, row in SETTINGS.items() if name in DATA or not (row.machine or name in NAMES_ONLY)]
    found = {name: [_value(run, name) for run in runs] for name in names}
    different = {name: values for name, values in found.items() if len({repr(value) for value in values if value != ""}) > 1}
    return {name: [_text(value) for value in values] for name, values in different.items()}


def as_options(settings: dict[str, list[str]], number: int) -> str:
    """What sets one of the runs apart, as on a command line: `--lr 0.01 --epochs 60`.

    Args:
        settings: what `differing_settings` gave.
        number: which of the runs, from 0 on.
    """
    return " ".join(f"--{name} {values[number]}" for name, values in settings.items() if values[number])


def _value(run: RunState, name: str) -> Any:
    if run.is_evaluation and name not in DATA and "evaluate" not in SETTINGS[name].configs:
        return ""
    value: Any = run.config
    for part in name.split("#"):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return "" if value.startswith(("$", "@")) else shown(value) if value.startswith("/") else value
    return as_typed(value)
