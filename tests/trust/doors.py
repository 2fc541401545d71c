"""The ways into the program, each run in this process and told apart by its exit code and by what it says."""

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from monai.bundle import ConfigWorkflow

from custom.__main__ import main

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"
TINY = {"epochs": 1, "batch_size": 4, "init_features": 2, "patch_size": 32, "val_fraction": 0.5, "device": "cpu"}


class Outcome(NamedTuple):
    """How a program ended: its exit code, and the lines that it said in the end."""

    code: int
    lines: list[str]


Door = Callable[[Path], Outcome]


def verb(*words: str) -> Door:
    """`python -m custom` with these words, in which {} is the folder of the case."""
    return lambda folder: outcome_of(lambda: main([word.replace("{}", str(folder)) for word in words]))


def check(*options: str) -> Door:
    """`python -m custom check` of the folder data, of whose report the lines behind the number of problems count."""
    whole = verb("check", "{}/data", "--input_channels", "none", *options)

    def run(folder: Path) -> Outcome:
        code, lines = whole(folder)
        start = next((place for place, line in enumerate(lines) if line.startswith("problems ")), -1)
        return Outcome(code, [line.strip() for line in lines[start + 1 :]])

    return run


def training(*overlays: str | Path, **settings: Any) -> Door:
    """`train.json` with overlays and settings, in which {} is the folder of the case."""
    return _config("train", ("train.json", *overlays), TINY | {"dataset_dir": "{}/data"} | settings)


def evaluation(*overlays: str | Path, **settings: Any) -> Door:
    """`train.json` with `evaluate.json`."""
    return _config("train", ("train.json", *overlays, "evaluate.json"), TINY | {"dataset_dir": "{}/data"} | settings)


def prediction(*overlays: str | Path, **settings: Any) -> Door:
    """`inference.json` with settings."""
    fixed = {"dataset_dir": "{}/data", "output_dir": "{}/out", "device": "cpu"}
    return _config("inference", ("inference.json", *overlays), fixed | settings)


def run_config(kind: str, files: Sequence[str], **settings: Any) -> None:
    """Runs configs as `python -m monai.bundle run` does, but for its log.

    Args:
        kind: train or inference.
        files: by their paths, or by their names in the bundle.
        settings: in the place of those of the files.
    """
    paths = [str(CONFIGS / file) for file in files]
    meta = str(CONFIGS / "metadata.json")
    workflow = ConfigWorkflow(paths, meta_file=meta, logging_file=False, workflow_type=kind, **settings)
    workflow.initialize()
    workflow.run()


def _config(kind: str, names: tuple[str | Path, ...], settings: dict[str, Any]) -> Door:
    def run(folder: Path) -> Outcome:
        given = {name: _placed(value, folder) for name, value in {"bundle_root": "{}/root", **settings}.items()}
        files = [_placed(str(name), folder) for name in names]
        return outcome_of(lambda: run_config(kind, files, **given))

    return run


def _placed(value: Any, folder: Path) -> Any:
    return value.replace("{}", str(folder)) if isinstance(value, str) else value


def outcome_of(program: Callable[[], Any]) -> Outcome:
    """Runs a program and tells how it ended; an error that would have been a traceback is told by its type."""
    code: Any = 0
    with _quiet() as (said, warned):
        try:
            code = program()
        except SystemExit as end:
            code = end.code
        except BaseException as error:
            return Outcome(1, [f"Traceback: {type(error).__name__}: {error}"])
    notes = [f"{note.category.__name__}: {note.message}" for note in warned if not _hidden(note)]
    told = [code] if isinstance(code, str) else []
    lines = [line.split("\r")[-1].rstrip() for line in "\n".join([said.getvalue(), *notes, *told]).splitlines()]
    return Outcome(1 if told else int(code or 0), [line for line in lines if line.strip()])


def _hidden(note: warnings.WarningMessage) -> bool:
    """Whether Python shows a warning to developers alone."""
    return issubclass(note.category, DeprecationWarning)


@contextlib.contextmanager
def _quiet() -> Iterator[tuple[io.StringIO, list[warnings.WarningMessage]]]:
    """What is said to stdout and stderr meanwhile, and the warnings; the log of libraries is not kept."""
    said = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            warnings.catch_warnings(record=True, action="always") as warned,
        ):
            yield said, warned
    finally:
        logging.disable(logging.NOTSET)
