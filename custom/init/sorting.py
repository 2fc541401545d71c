"""Which files of a folder are labels: those that are called so or, where none is, those that look so."""

import re
from collections.abc import Sequence
from pathlib import Path

from custom.files import split_suffix
from custom.init.naming import Group
from custom.init.roles import Called, called, looks_like_labels

LOSSY = (".jpg", ".jpeg", ".jfif")
LOOKED_AT = 4
MOST_KINDS = 32


def labels_among(root: Path, pictures: Sequence[Path]) -> set[Path]:
    """The pictures whose names say that they are labels; if none of these looks like labels, those of each kind that does.

    Names that differ in digits alone, in folders whose names do, are of one kind: `7/wmh.nii` and `8/wmh.nii`.

    Args:
        root: the data set; the names of folders below it count.
        pictures: its images and labels.
    """
    named = {path for path in pictures if _is_called_label(path.relative_to(root))}
    if any(looks_like_labels(Group("", "", {path: path})) for path in sorted(named)[:LOOKED_AT]):
        return named
    kinds: dict[tuple[str, str], list[Path]] = {}
    for path in pictures:
        kinds.setdefault((_letters(path.parent.name), _letters(path.name)), []).append(path)
    without_loss = [files for files in list(kinds.values())[:MOST_KINDS] if not files[0].name.lower().endswith(LOSSY)]
    alike = [files for files in without_loss if looks_like_labels(Group("", "", dict(zip(files, files, strict=True))))]
    return {path for files in alike for path in files} or named


def _letters(name: str) -> str:
    return re.sub("[0-9]+", "", name)


def _is_called_label(path: Path) -> bool:
    """Whether a file, or a folder that holds it, is called as labels are."""
    name = split_suffix(path.name)[0]
    return any(called(Group(folder, name, {})) is Called.LABELS for folder in path.parts[:-1] or ("",))
