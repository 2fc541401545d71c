"""A command of `monai.bundle` that a verb stands for: shown as typed, checked without torch, run in this process."""

import shlex
import warnings
from pathlib import Path
from typing import Any, NamedTuple

from custom.bundle_root import bundle_root
from custom.command_line.parser import as_python
from custom.command_line.quiet import without_notes
from custom.settings.nested import check_leads_somewhere, merged
from custom.settings.rules import as_config, is_expression, is_plain
from custom.settings.table import LISTED, SETTINGS
from custom.storage.json_object import read_json_object
from custom.text.nearest import did_you_mean

# Whose rules need torch, or which the program that runs sets itself.
CHECKED_LATER = ("device",)


class BundleCommand(NamedTuple):
    """A run of configs.

    Attributes:
        configs: paths of the configs, of which later ones win.
        settings: what is set besides, by its name.
        run_id: `"training"` or `"run"`.
    """

    configs: tuple[str, ...]
    settings: dict[str, Any]
    run_id: str = "run"

    def __str__(self) -> str:
        """The line for the shell."""
        run = ["run"] if self.run_id == "run" else ["run", self.run_id]
        files = self.configs[0] if len(self.configs) == 1 else f"[{','.join(map(repr, self.configs))}]"
        words = ["python", "-m", "monai.bundle", *run, "--config_file", files]
        for name, value in self.settings.items():
            words += [f"--{name}", as_typed(as_config(value))]
        return " ".join(_quoted(word) for word in words)

    def check(self) -> None:
        """Makes sure that configs and names exist and plain values keep their rules, in less than a second.

        Raises:
            ValueError: in one line that names the file or the setting.
        """
        config = merged(map(_read_config, self.configs))
        known = set(SETTINGS) | config.keys()
        for name, value in self.settings.items():
            if name.partition("#")[0] not in known:
                raise ValueError(f"no setting {name}{did_you_mean(name, sorted(known), LISTED)}")
            if "#" in name and name not in SETTINGS:
                check_leads_somewhere(config, name)
            if name in SETTINGS and name not in CHECKED_LATER and not is_expression(value):
                SETTINGS[name].rule.check(name, value)
        data = config.get("dataset_dir")
        if "dataset_dir" not in self.settings and isinstance(data, str) and not is_expression(data):
            self._check_place(data)

    def _check_place(self, data: str) -> None:
        """Makes sure that the data are still where a plan, or the config of a run, says."""
        if not SETTINGS["dataset_dir"].rule.holds(data):
            told = next(path for path in reversed(self.configs) if _read_config(path).get("dataset_dir") == data)
            raise ValueError(
                f"dataset_dir: {told} names {data!r}, which is not there; name where the data lie with --dataset_dir"
            )

    def run(self) -> None:
        """Runs the configs; what MONAI says of configs in general is left out.

        Raises:
            SystemExit: with one line, as the configs end a program that was asked for what cannot be.
        """
        with warnings.catch_warnings():
            without_notes()
            from monai.bundle import run

            configs = self.configs[0] if len(self.configs) == 1 else list(self.configs)
            run(run_id=self.run_id, config_file=configs, **as_config(self.settings))


def _read_config(path: str) -> dict[str, Any]:
    config = read_json_object(path, "config", "correct it, or name another")
    if Path(path).read_bytes()[:1] > b"\x7f":
        raise ValueError(
            f"config: {path} begins with a byte order mark, which MONAI does not read; save it as UTF-8 without one"
        )
    return config


def as_typed(value: Any) -> str:
    """A value as the command line of `monai.bundle` takes it: text as it is, unless it would be read as something else."""
    return value if isinstance(value, str) and as_python(value) == value else repr(value)


def bundle_config(root: Path, name: str) -> str:
    """The path of a config as a command shows it: a file that exists, or one of the bundle's by its name, such as `ema`.

    Raises:
        ValueError: if there is none.
    """
    own = root / "configs" / (name if name.endswith(".json") else f"{name}.json")
    for path in (Path(name).expanduser(), own):
        if path.is_file():
            return shown(path)
    names = sorted(path.stem for path in (root / "configs").glob("*.json"))
    raise ValueError(f"config: no file {name!r}{did_you_mean(name, names, f'; the bundle has {names}')}")


def shown(path: str | Path) -> str:
    """A path as a person would type it: relative if it lies below the current folder, else in full."""
    full, here = Path(path).expanduser().absolute(), Path.cwd()
    return of_config(str(full.relative_to(here))) if full.is_relative_to(here) else str(full)


def of_config(path: str) -> str:
    """A path for a config, where one that begins with `$`, `@` or `%` would be an expression."""
    return path if is_plain(path) else f"./{path}"


def place_of_runs(root: Path) -> dict[str, Any]:
    """The setting `bundle_root`, where the bundle is not the current folder."""
    return {} if root.resolve() == Path.cwd().resolve() else {"bundle_root": shown(root)}


def known_bundle(given: str | Path | None = None) -> Path:
    """The folder of the bundle in full.

    Args:
        given: what `--bundle_root` names; None to look for it.

    Raises:
        ValueError: if no such folder holds the configs.
    """
    return bundle_root(given, setting="bundle_root").resolve()


def _quoted(word: str) -> str:
    if "'" in word and not set(word) & set('"$`\\!'):
        return f'"{word}"'
    return shlex.quote(word)
