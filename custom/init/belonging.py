"""Whether images and labels of the same names belong together, by where they lie; of numbered files names do not tell."""

import re
from collections.abc import Iterator, Sequence

from custom.init.naming import Group, Match
from custom.init.places import OTHERS, TRAINING
from custom.init.roles import Called, called, looks_like_labels

TO_TRAIN, UNNAMED, TO_JUDGE = range(3)
WORDS = {**dict.fromkeys(TRAINING, TO_TRAIN), **dict.fromkeys(OTHERS, TO_JUDGE)}
# `trainimages`, `testannot`: a part and what lies in it, in one word.
GLUED = re.compile(
    r"(train|test|val)(?:images?|imgs?|masks?|labels?|annot|annotations?|segs?|gts?|inputs?|targets?)", re.IGNORECASE
)
SHORT = {"tr": TO_TRAIN, "ts": TO_JUDGE, "va": TO_JUDGE}  # not in capitals: BraTS is no test


def part_of(name: str) -> int:
    """The part of a data set that a folder holds, by its name: `train_images`, `images/train` or `imagesTr` is to train on."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    return next((part for part in map(_part, words) if part != UNNAMED), UNNAMED)


def _part(word: str) -> int:
    known = match[1] if (match := GLUED.fullmatch(word)) else word
    return WORDS.get(known.lower(), UNNAMED if word.isupper() else SHORT.get(word.lower(), UNNAMED))


def place_of(match: Match) -> int:
    """A rank: the lowest for pairs in folders to train on, the highest where a folder is one to judge by."""
    parts = {part_of(match.images.folder), part_of(match.labels.folder)}
    below = {part_of(name.parts[0]) for name in match.common if len(name.parts) > 1}
    return TO_TRAIN if parts == {UNNAMED} and below == {TO_TRAIN} else max(parts)


def belonging(matches: Sequence[Match], groups: Sequence[Group]) -> Iterator[Match]:
    """The matches whose images and labels belong together.

    They do not if they lie in different parts of the data set, if files without the labels' affix are images beside the labels,
    or if files without the images' affix are: of `a.jpg` and `a_superpixels.png` the first is the image.

    Args:
        matches: the pairs that were found among the groups.
        groups: those of all folders.
    """
    beside = {group.folder: group for group in groups if not group.affix}
    for match in matches:
        images, labels = match.images.folder, match.labels.folder
        others = {part_of(images), part_of(labels)} == {TO_TRAIN, TO_JUDGE}
        own = beside.get(labels, Group(labels, "", {}))
        plain = images != labels and match.labels.affix and match.common <= own.files.keys()
        theirs = plain and called(own) is not Called.LABELS
        if not (others or theirs or _have_plain_images(match, beside.get(images))):
            yield match


def _have_plain_images(match: Match, beside: Group | None) -> bool:
    """Whether images with an affix have others without it among the files of their folder."""
    if beside is None or not match.images.affix or not match.common <= beside.files.keys():
        return False
    plain = {name: beside.files[name] for name in match.common}
    return not looks_like_labels(Group(beside.folder, "", plain))


def parted(groups: Sequence[Group], match: Match) -> tuple[list[Group], list[str]]:
    """The groups that may hold more of the matched images, and the folders that are kept to judge by instead.

    Args:
        groups: those of all folders.
        match: the images and labels that were chosen.
    """
    if place_of(match) == TO_JUDGE:
        return list(groups), []
    rest = [group for group in groups if part_of(group.folder) != TO_JUDGE]
    taken = {match.images.files[name] for name in match.common}
    judged = {group.folder for group in groups if not taken & {*group.files.values()}} - {group.folder for group in rest}
    return rest, sorted(judged)
