"""The config that is being run, for the parts of it that concern it as a whole.

MONAI hands a component no reference to the parser that builds it, so it is looked up among the callers.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from monai.bundle import ConfigParser
from monai.utils import ensure_tuple


def parser_in_use() -> ConfigParser | None:
    """The parser that instantiates the caller, all files and command-line overrides merged; None if there is none."""
    parsers = (frame.f_locals.get("self") for frame in _callers())
    return next((parser for parser in parsers if isinstance(parser, ConfigParser)), None)


def config_in_use() -> dict[str, Any] | None:
    """Its config without the metadata."""
    parser = parser_in_use()
    return None if parser is None else without_metadata(parser)


def without_metadata(parser: ConfigParser) -> dict[str, Any]:
    """The config of a parser without the metadata, which MONAI puts among it."""
    return {key: value for key, value in parser.get().items() if key != parser.meta_key}


def files_in_use() -> list[str]:
    """The names of the config files that `python -m monai.bundle run` was given; empty for other programs."""
    return [path.name for path in _config_files()]


def names_behind(name: str) -> set[str]:
    """The IDs in the config files that `python -m monai.bundle run` was given behind the one of this name."""
    files = _config_files()
    places = [index for index, path in enumerate(files) if path.name == name]
    behind = files[places[-1] + 1 :] if places else []
    return {str(key) for path in behind for key in ConfigParser.load_config_file(str(path))}


def overrides_in_use() -> dict[str, Any]:
    """What `python -m monai.bundle run` was given by name on its command line; empty for other programs."""
    for frame in _callers():
        if frame.f_globals.get("__name__") == "monai.bundle.scripts" and isinstance(frame.f_locals.get("override"), dict):
            return {str(name): value for name, value in frame.f_locals["override"].items()}
    return {}


def is_run() -> bool:
    """Whether a workflow runs its config, rather than that a program takes parts of it, as a federated client does."""
    return any(
        frame.f_globals.get("__name__") == "monai.bundle.workflows" and frame.f_code.co_name == "run" for frame in _callers()
    )


def _config_files() -> list[Path]:
    for frame in _callers():
        if frame.f_globals.get("__name__") == "monai.bundle.scripts" and "config_file" in frame.f_locals:
            return [Path(str(path)) for path in ensure_tuple(frame.f_locals["config_file"] or ())]
    return []


def _callers() -> Iterator[FrameType]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back
