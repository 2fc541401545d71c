"""A digest of the files of a datalist, by which two trainings can be told to have seen the same data."""

import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from custom.files import split_page

FILES = ("image", "label", "field")


def data_digest(items: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the sorted names and sizes of all files that a datalist names, from the folder that all share.

    Pages of a stack are named each; of a folder of masks each file counts.

    Args:
        items: dictionaries with the paths of `"image"`, `"label"` and, where there is one, `"field"`; at least one.
    """
    paths = sorted({str(item[key]) for item in items for key in FILES if key in item})
    folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    lines = sorted({line for path in paths for line in _lines(path, folder)})
    return sha256("".join(lines).encode()).hexdigest()


def _lines(path: str, folder: str) -> Iterator[str]:
    file, page = split_page(path)
    for part in sorted(file.iterdir()) if file.is_dir() else [file]:
        name = Path(os.path.relpath(part, folder)).as_posix()
        yield f"{name}{'' if page is None else f'[{page}]'}\t{part.stat().st_size}\n"
