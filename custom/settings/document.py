"""The table of settings as bundle/docs/settings.md shows it, written by `python -m custom settings`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from custom.bundle_root import AGAIN
from custom.settings.table import SETTINGS, Setting
from custom.storage.json_object import read_json_object

BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
WORDS = {"train": "training", "inference": "prediction", "evaluate": "evaluation"}


def settings_table(configs: str | Path) -> str:
    """A row a setting: its name, where it stands, its default, what it does and what is allowed, in Markdown.

    Args:
        configs: folder of the configs, which hold the defaults.
    """
    read = {path.stem: read_json_object(path, "bundle_root", AGAIN) for path in Path(configs).glob("*.json")}
    lines = ["| setting | in | default | what it does | allowed |", "|---|---|---|---|---|"]
    for row in SETTINGS.values():
        default = _default(row, read)
        lines.append(f"| `{row.name}` | {_places(row.configs)} | {default} | {row.help} | {row.rule.words} |")
    return "\n".join(lines)


def marked(text: str) -> str:
    """What stands between the marks of the table in a document.

    Raises:
        ValueError: if the document has no such marks.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"no {BEGIN} … {END}")
    return text.split(BEGIN)[1].split(END)[0].strip()


def _places(names: Iterable[str]) -> str:
    return ", ".join(WORDS.get(name, f"`{name}.json`") for name in names)


def _default(row: Setting, configs: dict[str, Any]) -> str:
    """The default, or where configs have different ones, each with its configs."""
    places: dict[str, list[str]] = {}
    for name in row.configs:
        places.setdefault(_shown(_value(configs[name], row.name)), []).append(name)
    if len(places) == 1:
        return next(iter(places))
    return ", ".join(f"{default} ({_places(names)})" for default, names in places.items())


def _shown(value: Any) -> str:
    if isinstance(value, str) and value.startswith("@"):
        return f"as `{value[1:]}`"
    if isinstance(value, str) and value.startswith("$"):
        return "by the record" if value.startswith("$@record") else "computed"
    if value is None or value in ("", []):
        return "–"
    return f"`{', '.join(value)}`" if isinstance(value, list) else f"`{value}`"


def _value(config: Any, name: str) -> Any:
    for part in name.split("#"):
        config = config.get(part)
    return config
