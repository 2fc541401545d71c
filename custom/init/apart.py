"""Several folders of a data set that each hold images with labels of their own, such as one for each region or site."""

from pathlib import Path
from shlex import quote

from custom.data.affixes import EACH, subfolders
from custom.data.names import Names
from custom.init.best_match import best_match
from custom.init.naming import Group, names_of
from custom.init.places import groups_in, innermost
from custom.init.roles import Called, called
from custom.text.some import some

LOOKED_AT = 5
TOGETHER = "put all images into images/<folder>/ and all labels into masks/<folder>/ of one folder"


def apart(root: Path) -> str:
    """The line that refuses folders that each hold images and labels in folders of their own; empty if they do not.

    Args:
        root: the data set, or its part to train on.
    """
    others = [folder for folder in subfolders(root) if called(Group(folder.name, "", {})) is not Called.LABELS]
    inner = [innermost(folder).relative_to(root) for folder in others[:LOOKED_AT]]
    holding = {folder: names_of(match) for folder in inner if (match := best_match(groups_in(root / folder)))}
    if not holding:
        return ""
    told = f"{root}: images with labels of their own lie in {some(list(map(str, holding)))}"
    if len(holding) == 1:
        return f"{told}; name that folder"
    joined = {_in_each(folder, names) for folder, names in holding.items()}
    mend = f"take all with {_settings(joined.pop())}" if len(joined) == 1 else TOGETHER
    return f"{told}; name one of them, or {mend}"


def _in_each(folder: Path, names: Names) -> Names:
    """The names of a folder's files as those of all folders beside it."""
    below = Path(EACH, *folder.parts[1:])
    images, labels = ((below / name).as_posix() for name in (names.image_folder, names.label_folder))
    return Names(images, labels, names.image_suffix, names.label_suffix)


def _settings(names: Names) -> str:
    return " ".join(f"--slices#{name} {quote(value)}" for name, value in names._asdict().items() if value)
