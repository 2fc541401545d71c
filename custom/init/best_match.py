"""The images and labels of a data set among all kinds of its files, and its masks of the field of view."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from custom.init.belonging import belonging, part_of, place_of
from custom.init.naming import Group, Match, is_asked, matches_of
from custom.init.places import groups_in
from custom.init.roles import (
    Called,
    are_alike,
    called,
    is_field_of_view,
    looks_like_images,
    looks_like_labels,
    looks_like_pictures,
)


def best_match(root: Path, asked: Mapping[str, str] = MappingProxyType({})) -> Match | None:
    """The images with the most labels; of as many, those whose names and pixels say most clearly what they are."""
    groups = groups_in(root)
    matches = [match for match in belonging(matches_of(groups, groups), groups) if is_asked(match, asked)]
    told = [match for match in sorted(matches, key=_rank) if looks_like_labels(match.labels)]
    sound = [match for match in told if not are_alike(match.images, match.labels)]
    marking = [match for match in sound if not is_field_of_view(match.labels)]
    others = [] if any(called(group) is Called.IMAGES for group in groups) else marking  # called labels, but all there is
    return (
        next((match for match in marking if looks_like_images(match.images)), None)
        or next((match for match in others if looks_like_pictures(match.images)), None)
        or next((match for match in sound if _is_last_resort(match)), None)
    )


def _rank(match: Match) -> tuple[int | str, ...]:
    role = called(match.labels) - called(match.images)
    length = len(match.images.affix) + len(match.labels.affix)
    complete = len(match.unpaired) - len(match.common), part_of(match.images.folder)
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
