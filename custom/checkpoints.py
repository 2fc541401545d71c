"""The files of weights that a `checkpoint` names: one, or those of an ensemble."""

from pathlib import Path
from typing import Any


def checkpoint_files(checkpoint: Any) -> list[str]:
    """The paths in a setting `checkpoint`.

    Args:
        checkpoint: a path, a list of paths, or such a list as text, as a command line gives it: `[a.pt,b.pt]`. A path with a
            comma must come in a list.

    Raises:
        ValueError: if a list is empty or names nothing.
    """
    if isinstance(checkpoint, str | Path):
        text = str(checkpoint).strip()
        if not (text.startswith("[") and text.endswith("]")):
            return [str(checkpoint)]
        checkpoint = [name.strip().strip("'\"") for name in text[1:-1].split(",")]
    files = [str(name) for name in checkpoint]
    if not files or not all(files):
        raise ValueError(f"checkpoint must name files of weights, such as [a.pt,b.pt], got {checkpoint!r}")
    return files
