"""The images and labels of a data set among all kinds of its files, and its masks of the field of view."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from custom.data.pairs import read_pair
from custom.init.belonging import belonging, part_of, place_of
from custom.init.naming import Group, Match, is_asked, matches_of
from custom.init.roles import (
    Called,
    are_alike,
    called,
    is_field_of_view,
    looks_like_images,
    looks_like_labels,
    looks_like_pictures,
)


def best_match(groups: list[Group], asked: Mapping[str, str] = MappingProxyType({}), only_pairs: bool = False) -> Match | None:
    """The images with the most labels; of as many, those whose names and pixels say most clearly what they are.

    Args:
        groups: the kinds of files of a data set.
        asked: how a person says that files or folders are called, by the fields of `Names`.
        only_pairs: whether files without a partner are left out, and do not matter.
    """
    matches = [match for match in belonging(matches_of(groups, groups, asked), groups) if is_asked(match, asked)]
    told = [match for match in sorted(matches, key=lambda match: _rank(match, only_pairs)) if looks_like_labels(match.labels)]
    sound = [match for match in told if not are_alike(match.images, match.labels)]
    marking = [match for match in sound if not is_field_of_view(match.labels)]
    others = [] if any(called(group) is Called.IMAGES for group in groups) else marking  # called labels, but all there is
    return (
        _own(match for match in marking if looks_like_images(match.images))
        or _own(match for match in others if looks_like_pictures(match.images))
        or _own(match for match in sound if _is_last_resort(match))
    )


def _own(matches: Iterable[Match]) -> Match | None:
    """The first match or, of several kinds of images of its labels, such as contrasts, the images that these were drawn on."""
    found = iter(matches)
    first = next(found, None)
    if first is None:
        return None
    same = [first, *(match for match in found if match.labels == first.labels and match.common == first.common)]
    return min(same, key=lambda match: (not _fits(match), -_shared(match))) if len(same) > 1 else first


def _fits(match: Match) -> bool:
    """Whether the first label has the size of its image and, of a volume, its place."""
    name = min(match.common)
    return not read_pair(match.images.files[name], match.labels.files[name], in_channels=None)[1]


def _shared(match: Match) -> int:
    """How many words the affixes share: `_space-orig_T2w_label-SC_seg` is of `_T2w`, not of `_T1w`."""
    images, labels = (set(re.findall("[a-z0-9]+", group.affix.lower())) for group in (match.images, match.labels))
    return len(images & labels)


def _rank(match: Match, only_pairs: bool) -> tuple[int | str, ...]:
    role = called(match.labels) - called(match.images)
    length = len(match.images.affix) + len(match.labels.affix)
    complete = (0 if only_pairs else len(match.unpaired)) - len(match.common), part_of(match.images.folder)
    folder = len(match.labels.folder), match.labels.folder
    return match.mixed, place_of(match), *complete, -role, part_of(match.labels.affix), length, *folder


def _is_last_resort(match: Match) -> bool:
    """Labels that look like a field of view where there are no others, such as of one organ."""
    return looks_like_images(match.images) and looks_like_pictures(match.images)


def field_of(groups: Sequence[Group], match: Match) -> Group | None:
    """Masks of the field of view of these images, if there are any, in a folder of their own or beside the images."""
    taken = {match.images.files[name] for name in match.common} | {match.labels.files[name] for name in match.common}
    others = [group for group in groups if group.files.keys() >= match.common and not taken & {*group.files.values()}]
    for group in sorted(others, key=lambda group: (len(group.files), len(group.affix))):
        if looks_like_labels(group) and is_field_of_view(group):
            return group
    return None
