"""Several files that take their names together, or none of them."""

import os
from collections.abc import Sequence
from pathlib import Path

from custom.storage.atomic import synced


def move_together(folder: Path, paths: Sequence[Path]) -> None:
    """Moves files out of a folder, their bytes safe on the disk; an error or an interrupt takes back those that were moved.

    Args:
        folder: holds the files under the same names, on the same disk.
        paths: where they go, where nothing is yet; the one that makes use of the others comes last.
    """
    moved: list[Path] = []
    try:
        for path in paths:
            synced(folder / path.name)
            moved.append(path)
            os.replace(folder / path.name, path)
    except BaseException:
        for path in moved:
            path.unlink(missing_ok=True)
        raise
