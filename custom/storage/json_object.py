"""JSON objects in files: read with one line of error, written whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custom.storage.atomic import atomic_path


def read_json_object(path: str | Path, argument: str, mend: str = "") -> dict[str, Any]:
    """The content of a JSON file that holds an object.

    Args:
        path: the file.
        argument: name of the argument or option that led to the file; the error begins with it.
        mend: what to do if the file is not as it should be; the error ends with it.

    Raises:
        ValueError: if there is no such file, it cannot be read, or it holds anything else.
    """
    ending = f"; {mend}" if mend else ""
    try:
        content = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{argument}: {path} cannot be read: {error.strerror or error}{ending}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{argument}: {path} is no JSON: {error}{ending}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{argument}: {path} holds no JSON object{ending}")
    return content


def write_json_object(path: str | Path, content: Mapping[str, Any]) -> None:
    """Writes an object as JSON that people can read; an earlier file is replaced as a whole.

    Raises:
        DiskFullError: if the disk is full.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n")
