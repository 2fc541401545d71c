"""What the scored units of a data set are called: patients, or images where each image stands for itself."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def noun_of(config: Mapping[str, Any], folder: Path, rows: Iterable[Mapping[str, str]]) -> str:
    """`patients`, `frames`, `volumes` or `images`.

    Args:
        config: that of a run.
        folder: the run, whose `split.json` is read if there is one.
        rows: those of `patients.csv`.
    """
    slices = config.get("slices")
    source = slices if isinstance(slices, Mapping) else {}
    target = str(source.get("_target_", ""))
    if target.endswith("lgg_slices") or source.get("patient_pattern"):
        return "patients"
    if target.endswith("cell_tracking_frames"):
        return "frames"
    if all(float(row.get("slices") or 1) == 1 for row in rows):
        return "images"
    return "volumes" if _alone(folder) else "patients"


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 image`, `12 images`."""
    return f"{count} {noun.removesuffix('s') if count == 1 else noun}"


def split_of(folder: Path) -> dict[str, list[str]]:
    """Who was trained on and who validated, under `train` and `val`; empty if the folder tells no split.

    Raises:
        ValueError: if its `split.json` is none.
    """
    return {side: list(part["patients"]) for side, part in _sides(folder).items()}


def _alone(folder: Path) -> bool:
    """Whether each file is a patient of its own."""
    sides = _sides(folder).values()
    return bool(sides) and all(part["num_slices"] == len(part["patients"]) for part in sides)


def _sides(folder: Path) -> dict[str, Any]:
    path = folder / "split.json"
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_bytes())
        sides = {side: content[side] for side in ("train", "val")}
        if all("num_slices" in part and isinstance(part["patients"], list) for part in sides.values()):
            return sides
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise ValueError(f"run: {path} holds no split; remove it, or train again")
