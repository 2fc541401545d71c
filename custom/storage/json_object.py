"""JSON objects, most of them in files: read with one line of error, written whole or not at all."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from custom.storage.atomic import atomic_path


def read_json_object(path: str | Path, argument: str, mend: str) -> dict[str, Any]:
    """The content of a JSON file that holds an object.

    Args:
        path: the file.
        argument: name of the argument or option that led to the file; the error begins with it.
        mend: what to do if the file is not as it should be; the error ends with it.

    Raises:
        ValueError: if there is no such file, it cannot be read, or it holds anything else.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"{argument}: {path} cannot be read: {error.strerror or error}; {mend}") from None
    return json_object(content, f"{argument}: {path}", mend)


def json_object(content: bytes | str, place: str, mend: str = "") -> dict[str, Any]:
    """The object that a JSON text holds.

    Args:
        content: the text.
        place: where it stands; the error begins with it.
        mend: what to do if it is not as it should be; the error ends with it. Empty where the caller says it.

    Raises:
        ValueError: if the text is broken, nested too deep, or holds anything else.
    """
    ending = f"; {mend}" if mend else ""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{place} is no JSON: {error}{ending}") from None
    if not isinstance(found, dict):
        raise ValueError(f"{place} holds no JSON object{ending}")
    return found


def as_stored(content: Any, default: Callable[[Any], Any] | None = None) -> Any:
    """Content as a JSON file gives it back: tuples become lists, and keys text.

    Args:
        content: numbers, text, lists and dictionaries.
        default: makes such values of others, as for `json.dumps`.
    """
    return json.loads(json.dumps(content, default=default))


def write_json_object(path: str | Path, content: Mapping[str, Any]) -> None:
    """Writes an object as JSON that people can read; an earlier file is replaced as a whole.

    Raises:
        DiskFullError: if the disk is full.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n")
