"""The files of weights that a `checkpoint` names: one, or those of an ensemble."""

from pathlib import Path
from typing import Any

EXPORTED = (".ts", ".onnx", ".xml")  # suffixes of weights that are programs for a runtime; others are tensors


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


def weights_file(path: str | Path) -> Path:
    """The path of a file of weights, which is there; nothing of it is read, so that torch is not needed.

    Raises:
        ValueError: if there is no such file.
    """
    if not Path(path).is_file():
        raise ValueError(f"checkpoint: no file {str(path)!r}; train first, or name a model.pt")
    return Path(path)
