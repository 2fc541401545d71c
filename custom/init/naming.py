"""Which files belong together, by their names: what the names of a group begin and end with, and what is left in common."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from custom.data.affixes import EACH, above, is_named, without_suffix
from custom.data.names import Names
from custom.files import format_of, in_numeric_order
from custom.init.name_parts import affixes_of


class Group(NamedTuple):
    """Files of one kind: those in a folder whose names have an affix, by their names without it."""

    folder: str
    affix: str
    files: Mapping[Path, Path]


class Match(NamedTuple):
    """Images and labels that may belong together, with the names that both have."""

    images: Group
    labels: Group
    common: frozenset[Path]

    @property
    def unpaired(self) -> list[Path]:
        """The files of either group that have no partner, in numeric order."""
        alone = [path for group in (self.images, self.labels) for name, path in group.files.items() if name not in self.common]
        return sorted(alone, key=in_numeric_order)

    @property
    def mixed(self) -> bool:
        """Whether images are pictures and labels volumes, or the other way round, as of a preview beside a label."""
        name = next(name for name in self.images.files if name in self.common)
        return format_of(self.images.files[name]).volumes != format_of(self.labels.files[name]).volumes


def groups_of(folder: str, files: Mapping[Path, Path], wanted: Sequence[str] = (), *, middles: bool = False) -> list[Group]:
    """The kinds of files in a folder: all of them, and those of each common prefix or suffix.

    Args:
        folder: its name.
        files: by their path in it, without the suffix of the format.
        wanted: affixes of which there is a group however few files have them.
        middles: whether there are also groups of a suffix with the prefix that all names share.
    """
    groups = [Group(folder, "", files)]
    for affix in dict.fromkeys([*affixes_of(list(files), middles=middles), *filter(None, wanted)]):
        left = {without_suffix(name, (affix,)): path for name, path in files.items() if is_named(name, (affix,))}
        groups += [Group(folder, affix, left)] * bool(left)
    return groups


def matches_of(images: list[Group], labels: list[Group], asked: Mapping[str, str] = MappingProxyType({})) -> list[Match]:
    """Each pair of different groups that have names in common, those with the most first, plain names before affixes.

    Args:
        images: groups that may be images.
        labels: groups that may be their labels.
        asked: how a person says that files or folders are called, by the fields of `Names`.
    """
    found = []
    for one in images:
        for other in labels:
            if one.affix == other.affix and (one.affix or one.folder == other.folder):
                continue  # names that begin or end alike match without it, too
            if one.folder == other.folder and (not other.affix or _letters(one) == _letters(other)):
                continue  # `_raw1` and `_raw2` are of one kind
            in_each = (EACH in above(one.folder)) != (EACH in above(other.folder)) and (one.affix or other.affix)
            if in_each and not asked.get("label_suffix"):
                continue  # `p1/liver` of `p1/segmentations/liver.png` is a part of `p1`, not its label
            image_files = _others(one, other)
            common = frozenset(image_files.files.keys() & other.files.keys())
            if common:
                found.append(Match(image_files, other, common))
    return sorted(found, key=lambda match: (-len(match.common), len(match.unpaired), _length(match)))


def names_of(match: Match, field: Group | None = None) -> Names:
    """The names by which `folder_images` finds images, labels and masks of the field of view."""
    same = match.images.folder == match.labels.folder
    folders = ("", "") if same and match.images.folder == "." else (match.images.folder, match.labels.folder)
    of_field = ("" if field.folder == "." and folders == ("", "") else field.folder, field.affix) if field else ("", "")
    return Names(*folders, match.images.affix, match.labels.affix, *of_field)


def is_asked(match: Match, asked: Mapping[str, str]) -> bool:
    """Whether images and labels are called as a person says, by the fields of `Names`."""
    return asked.items() <= names_of(match)._asdict().items()


def _letters(group: Group) -> str:
    return re.sub("[0-9]+", "", group.affix)


def _others(images: Group, labels: Group) -> Group:
    """The images without the labels, which may lie in the same folder or one below."""
    taken = set(labels.files.values())
    return images._replace(files={name: path for name, path in images.files.items() if path not in taken})


def _length(match: Match) -> int:
    return len(match.images.affix) + len(match.labels.affix)
