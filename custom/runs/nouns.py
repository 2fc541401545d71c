"""What the scored units of a data set are called: patients, or images where each image stands for itself."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from custom.storage.split_file import read_split


def noun_of(config: Mapping[str, Any], folder: Path, rows: Iterable[Mapping[str, str]]) -> str:
    """`patients`, `frames`, `volumes` or `images`.

    Args:
        config: that of a run.
        folder: the run, whose `split.json` is read if there is one.
        rows: those of `patients.csv`.

    Raises:
        ValueError: if the `split.json` holds no split.
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
    split = read_split(folder, "run")
    return "volumes" if split and split.of_single_images else "patients"


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 image`, `12 images`."""
    return f"{count} {noun.removesuffix('s') if count == 1 else noun}"
