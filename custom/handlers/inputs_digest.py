"""The state of the files that images are read from, as a digest, so that a change of one is seen."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from custom.files import split_page

TWO_FILES = (".mhd", ".nhdr")


def digest_of_inputs(items: Sequence[Mapping[str, Any]], readers: Sequence[Any]) -> str:
    """A digest of the files of images as they are now: names, sizes and times of change.

    Args:
        items: images: `image`, the path, and `name`.
        readers: transforms that read further files of an image, which their method `also_reads(path)` tells.
    """
    told = [[item["name"], *(_file_state(path) for path in _read_for(Path(item["image"]), readers))] for item in items]
    return sha256(json.dumps(told).encode()).hexdigest()[:32]


def _read_for(image: Path, readers: Sequence[Any]) -> list[Path]:
    try:
        return [image, *(Path(other) for reader in readers for other in reader.also_reads(image))]
    except ValueError:  # a broken file is told when it is its turn
        return [image]


def _file_state(path: Path) -> list[Any]:
    """Size and time of change of a file, and of those that belong to it."""
    file, page = split_page(path)
    files = sorted(file.parent.glob(f"{file.stem}.*")) if file.suffix.lower() in TWO_FILES else [file]
    return [page, *((status.st_size, status.st_mtime_ns) for status in (one.stat() for one in files if one.exists()))]
