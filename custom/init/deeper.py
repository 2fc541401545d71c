"""A second look at a data set, where the first one finds no images with labels: at folders of any depth, and at parts of names.

::

    sub-1/ses-1/dwi/sub-1_ses-1_dwi.nii   derivatives/sub-1/ses-1/sub-1_ses-1_msk.nii   as `**` and `derivatives/**`
    plate_7_A01_raw.tif                   A01_binary.png                                as `plate_7_*_raw` and `_binary`
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from custom.data.affixes import DEEP, name_below
from custom.files import files_below, in_numeric_order, is_picture, without_by_products
from custom.init.naming import Group, groups_of

LEAST_SHARE = 0.05  # a folder is looked at if it holds this share of all files


def deeper_groups(root: Path, asked: Mapping[str, str] = MappingProxyType({})) -> list[Group]:
    """The kinds of files of all folders at any depth, by their own names alone, whatever folders they lie in.

    Args:
        root: the data set.
        asked: how a person says that files or folders are called, by the fields of `Names`.
    """
    wanted = [asked[name] for name in ("image_suffix", "label_suffix") if name in asked]
    files = sorted(without_by_products(filter(is_picture, files_below(root))), key=in_numeric_order)
    held: dict[Path, list[Path]] = {}
    for path in files:
        for folder in path.relative_to(root).parents:
            held.setdefault(folder, []).append(path)
    least = max(2, LEAST_SHARE * len(files))
    found: dict[tuple[str, frozenset[Path]], Group] = {}
    # The innermost first, in place of a folder around it that holds no others.
    for folder in sorted((folder for folder in held if len(held[folder]) >= least), key=lambda folder: -len(folder.parts)):
        for group in _kinds(root, folder, held[folder], wanted):
            found.setdefault((group.affix, frozenset(group.files.values())), group)
    return list(found.values())


def _kinds(root: Path, folder: Path, files: Sequence[Path], wanted: Sequence[str]) -> list[Group]:
    """The groups of a folder and those below it: all files, and those of each affix without which no two have one name."""
    stems = {name_below(root / folder, path): path for path in files}
    called = str(folder / DEEP) if any(name.parent.name for name in stems) else str(folder)
    whole, *others = groups_of(called, stems, wanted, middles=True)
    return [_bare(whole) or _bare(_unique(whole)) or whole, *filter(None, map(_bare, others))]


def _unique(group: Group) -> Group:
    """The group without files of one name, as `GT` of each patient beside `p1/p1` and `p2/p2`."""
    names = Counter(name.name for name in group.files)
    return group._replace(files={name: path for name, path in group.files.items() if names[name.name] == 1})


def _bare(group: Group) -> Group | None:
    """The group by the names of its files alone; None if two files have one."""
    bare = {Path(name.name): path for name, path in group.files.items()}
    return group._replace(files=bare) if len(bare) == len(group.files) else None
