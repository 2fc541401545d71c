"""Files beside the chosen images and labels that have no partner."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from custom.data.complete import ONLY_PAIRS
from custom.data.names import Names
from custom.data.pairing import pair_files
from custom.init.naming import Group, Match
from custom.init.owners import further_mask
from custom.init.reasons import HOW
from custom.init.roles import looks_like_labels
from custom.text.some import some

TOLD = 5
OF_LABELS = {"label_folder", "label_suffix"}


def without_partner(
    root: Path, groups: Sequence[Group], match: Match, field: Group | None, asked: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The line that refuses a match because of files without a partner, or of a further mask; empty if there are none.

    Args:
        root: the data set.
        groups: those of all folders.
        match: the images and labels that were chosen.
        field: masks of the field of view, if there are any.
        asked: how a person says that files or folders are called, by the fields of `Names`; of named labels there may be more.
    """
    fields = set(field.files.values()) if field else set()
    if not asked.keys() & OF_LABELS and (further := further_mask(groups, match, fields)):
        return further
    names = _names(root, match, fields)
    if not names:
        return ""
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    sides = [group for group in (match.images, match.labels) if group.files.keys() - match.common]
    # Where both images and labels have no partner, the names may differ, and leaving them out would lose pairs.
    leave = f"leave them out with {ONLY_PAIRS}" if len(sides) == 1 else "move them elsewhere"
    return (
        f"{root}: {len(match.common)} images have labels, but these files have no partner: "
        f"{some(names[:TOLD])}{more}; add what is missing, give labels the names of their images, or {leave}{HOW}"
    )


def alone(root: Path, match: Match, field: Group | None) -> list[str]:
    """What is told of files without a partner where a person has them left out; arguments as above."""
    names = _names(root, match, set(field.files.values()) if field else set())
    files = "file has no partner and is" if len(names) == 1 else "files have no partner and are"
    return [f"{some(names, 3)}: {len(names)} {files} left out, as you asked"] if names else []


def _names(root: Path, match: Match, fields: Container[Path]) -> list[str]:
    return [str(path.relative_to(root)) for path in match.unpaired if path not in fields]


def is_most(match: Match) -> bool:
    """Whether more than half of the labels have images, so that their names are understood."""
    return 2 * len(match.common) > len(match.labels.files)


def plain_match(root: Path, match: Match) -> Match | None:
    """All images and labels of two folders where each image has a label called as usual, `a.png` or `a_mask.png`; else None."""
    folders = match.images.folder, match.labels.folder
    if folders[0] == folders[1]:
        return None
    try:
        found = pair_files(root, Names(*folders))
    except ValueError:
        return None
    if found.images.keys() != found.labels.keys():
        return None
    images, labels = Group(folders[0], "", found.images), Group(folders[1], "", found.labels)
    return Match(images, labels, frozenset(found.images))


def spread_images(groups: Sequence[Group], match: Match) -> str:
    """The line that refuses labels in one folder whose images lie in several folders; empty if they lie in one.

    Args:
        groups: those of all folders.
        match: the images and labels that were chosen.
    """
    alone = match.labels.files.keys() - match.common
    others = {group.folder for group in groups if alone & group.files.keys() and _may_hold_images(group, match)}
    if not others or match.labels.folder in (".", match.images.folder):
        return ""
    folders = some(sorted({match.images.folder, *others}))
    return f"{folders}: hold the images of the labels in {match.labels.folder}; put all images into one folder{HOW}"


def _may_hold_images(group: Group, match: Match) -> bool:
    return group.affix == match.images.affix and group.folder not in (".", match.labels.folder) and not looks_like_labels(group)
