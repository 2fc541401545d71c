"""Whether images and labels of the same names belong together, by where they lie; of numbered files names do not tell."""

import re
from collections.abc import Iterator, Sequence

from custom.init.naming import Group, Match
from custom.init.places import OTHERS, TRAINING
from custom.init.roles import called_labels

TO_TRAIN, UNNAMED, TO_JUDGE = range(3)
WORDS = {**dict.fromkeys((*TRAINING, "tr"), TO_TRAIN), **dict.fromkeys((*OTHERS, "ts"), TO_JUDGE)}


def part_of(folder: str) -> int:
    """The part of a data set that a folder is called as: `train_images`, `images/train` and `imagesTr` are to train on."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", folder)
    return next((WORDS[word.lower()] for word in words if word.lower() in WORDS), UNNAMED)


def place_of(match: Match) -> int:
    """A rank: first what lies in a part to train on, last what lies in one to judge by."""
    parts = part_of(match.images.folder), part_of(match.labels.folder)
    return TO_JUDGE if TO_JUDGE in parts else max(parts)


def belonging(matches: Sequence[Match], groups: Sequence[Group]) -> Iterator[Match]:
    """Those that no folder speaks against: one of another part, or labels that have images of their names beside them.

    Args:
        matches: the pairs that were found among the groups.
        groups: those of all folders.
    """
    beside = {group.folder: group for group in groups if not group.affix}
    for match in matches:
        images, labels = match.images.folder, match.labels.folder
        others = {part_of(images), part_of(labels)} == {TO_TRAIN, TO_JUDGE}
        own = beside[labels]
        theirs = images != labels and match.labels.affix and match.common <= own.files.keys() and called_labels(own) != 2
        if not (others or theirs):
            yield match


def parted(groups: Sequence[Group], match: Match) -> tuple[list[Group], list[str]]:
    """The groups that may hold more of the matched images, and the folders that are kept to judge by instead.

    Args:
        groups: those of all folders.
        match: the images and labels that were chosen.
    """
    if place_of(match) == TO_JUDGE:
        return list(groups), []
    rest = [group for group in groups if part_of(group.folder) != TO_JUDGE]
    return rest, sorted({group.folder for group in groups} - {group.folder for group in rest})
