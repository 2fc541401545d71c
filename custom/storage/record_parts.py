"""The files of a record: the first of several processes notes its images in `predictions.jsonl`, the others beside it.

::

    predictions.jsonl      of the first; in the end, and of a lone process, all
    predictions.1.jsonl    of the second, and so on, while they run or after they were killed
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from custom.storage.atomic import atomic_path
from custom.storage.json_object import json_object

RECORD = "predictions.jsonl"
Line = Mapping[str, Any]
# What the first line holds, and the line of each image.
HEAD = {"weights": str, "settings": dict, "components": dict}
RESULT = {"name": str, "inputs": str, "files": dict}


def part_of(path: Path, rank: int) -> Path:
    """Where a process notes its images; `path` is that of the record."""
    return path.with_name(f"{path.stem}.{rank}{path.suffix}") if rank else path


def other_parts(path: Path) -> list[Path]:
    """Where the other processes note their images."""
    return sorted(path.parent.glob(f"{path.stem}.*{path.suffix}"))


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The lines of all parts; what a power cut left of a line is an empty one."""
    texts = [part.read_text(errors="replace") for part in (path, *other_parts(path)) if part.exists()]
    return [_parsed(line) for text in texts for line in text.splitlines()]


def is_head(line: Line) -> bool:
    """Whether a line tells what results were made with."""
    return _holds(line, HEAD)


def results_in(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The lines of images by name: the last one of each, and none that a power cut left in part."""
    return {line["name"]: line for line in lines if _holds(line, RESULT) and line["files"]}


def write_as_one(path: Path, lines: Iterable[Line]) -> None:
    """Writes a record in one file, and removes its other parts."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    if not path.exists() or path.read_text(errors="replace") != text:
        with atomic_path(path) as temporary:
            temporary.write_text(text)
    for part in other_parts(path):
        part.unlink(missing_ok=True)


def _holds(line: Line, kinds: Mapping[str, type]) -> bool:
    return all(isinstance(line.get(name), kind) for name, kind in kinds.items())


def _parsed(line: str) -> dict[str, Any]:
    try:
        return json_object(line, RECORD)
    except ValueError:
        return {}
