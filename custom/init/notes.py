"""What is found in a data set besides the images and labels of the training, and is left out."""

from collections.abc import Sequence
from pathlib import Path

from custom.data.report import some
from custom.init.naming import Group, Match
from custom.init.places import other_parts
from custom.init.roles import called_labels, looks_like_labels


def left_out(root: Path, chosen: Path, judged: Sequence[str] = ()) -> tuple[str, ...]:
    """What is told of the parts beside the one that is trained on.

    Args:
        root: the data set.
        chosen: the folder of the images.
        judged: further folders that are kept to judge by.
    """
    folders = [folder for folder in (chosen, *chosen.parents) if folder.is_relative_to(root)]
    others = [part for folder in folders for part in other_parts(root, folder)]
    others += [folder for folder in judged if folder not in others]
    return (f"{some(others)}: left out of the training, to judge it by",) if others else ()


def second_truths(groups: Sequence[Group], match: Match, field: Group | None) -> list[str]:
    """Folders of further labels of the same images."""
    known = {match.images.folder, match.labels.folder, field.folder if field else "", "."}
    others = [
        group.folder
        for group in groups
        if group.folder not in known and called_labels(group) == 2 and group.files.keys() & match.common
    ]
    return [f"{some(sorted(set(others)))}: a further truth, left out"] if others else []


def further_images(groups: Sequence[Group], match: Match, field: Group | None) -> list[str]:
    """Other images of the same names, such as further sequences of the patients."""
    taken = {match.images.files[name] for name in match.common} | {match.labels.files[name] for name in match.common}
    known = taken | {*(field.files.values() if field else ())}
    others = [group for group in groups if group.files.keys() >= match.common and not known & {*group.files.values()}]
    called = sorted({_shown(group) for group in others if called_labels(group) != 2 and not looks_like_labels(group)})
    return [f"{some(called)}: further images of the same names, left out"] if called else []


def _shown(group: Group) -> str:
    """Folder and affix, such as `t1/`, `*_t1` or `scans/t1_*`."""
    affix = f"*{group.affix}" if group.affix and "*" not in group.affix else group.affix
    return affix if group.folder == "." else f"{group.folder}/{affix}"
