"""What a case finds in its folder."""

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

from conftest import write_patient


def lgg(folder: Path, patients: int = 4, slices: int = 3) -> None:
    """Patients in the layout of the LGG set."""
    for number in range(patients):
        write_patient(folder / "kaggle_3m", f"TCGA_XX_{number:04}_20000101", slices, (48, 40), number)


@functools.cache
def _lgg() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    kept = tempfile.TemporaryDirectory()
    lgg(Path(kept.name))
    return kept, Path(kept.name)


def kept_lgg() -> Path:
    """A folder with four patients, made once."""
    return _lgg()[1]


def lgg_link(path: Path) -> None:
    """A link to these patients."""
    path.symlink_to(kept_lgg())


def all_of(*plants: Callable[[Path], object]) -> Callable[[Path], None]:
    """Several plants, one after the other."""

    def plant(folder: Path) -> None:
        for one in plants:
            one(folder)

    return plant
