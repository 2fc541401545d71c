"""What is found in a data set besides the images and labels of the training, and is left out."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import quote

from custom.data.affixes import is_deep
from custom.init.belonging import TO_JUDGE, TO_TRAIN, belonging, part_of
from custom.init.naming import Group, Match, matches_of
from custom.init.places import other_parts
from custom.init.reasons import HOW
from custom.init.roles import Called, called, looks_like_images, looks_like_labels
from custom.text.some import some

JOIN = f"to train on them too, join the files of each image into one, as its channels{HOW}"


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


def found_besides(groups: Sequence[Group], match: Match, field: Group | None) -> list[str]:
    """What is told of other files that have to do with the chosen ones, or of these themselves.

    Args:
        groups: those of all folders but the ones to judge by.
        match: the images and labels that were chosen.
        field: masks of the field of view, if there are any.
    """
    known = {Path(), *(files[name] for files in (match.images.files, match.labels.files) for name in match.common)}
    known |= {*(field.files.values() if field else ())}
    of_them = [_of_names(group, match) for group in groups if group.files.keys() & match.common]
    others = [group for group in of_them if not known & {*group.files.values()}]
    whole = [group for group in others if len(group.files) == len(match.common)]
    return [
        *_told(
            others,
            _are_labels,
            "further labels of the same images, left out; to train on others, add for example {}",
            match.labels,
        ),
        *_told(
            whole, lambda group: not _are_labels(group), f"further images of the same names, left out; {JOIN}", match.images
        ),
        *_further_pairs(groups, match),
        *_called_test(match),
    ]


def kinds_of_labels(groups: Sequence[Group], match: Match) -> str:
    """The line that refuses labels of several kinds in trees of folders, of which nobody can say which are meant; empty of one.

    Args:
        groups: those of all folders but the ones to judge by.
        match: the images and labels that were chosen.
    """
    chosen = {match.labels.files[name] for name in match.common}
    of_them = [_of_names(group, match) for group in groups if group.files.keys() & match.common]
    others = [group for group in of_them if not chosen & {*group.files.values()} and looks_like_labels(group)]
    if not others:
        return ""
    kinds = some(sorted({*map(_shown, others), _shown(match.labels)}))
    return f"{kinds}: are labels of the same images; take one kind with, for example, {_option(others[0], match.labels)}"


def _of_names(group: Group, match: Match) -> Group:
    return group._replace(files={name: path for name, path in group.files.items() if name in match.common})


def _are_labels(group: Group) -> bool:
    return called(group) is Called.LABELS or looks_like_labels(group)


def _told(groups: Sequence[Group], wanted: Callable[[Group], bool], what: str, chosen: Group) -> list[str]:
    found = {_shown(group): _option(group, chosen) for group in groups if wanted(group)}
    return [f"{some(sorted(found))}: {what.format(found[min(found)])}"] if found else []


def _option(group: Group, chosen: Group) -> str:
    """The setting by which labels are taken in place of the chosen ones."""
    if group.folder != chosen.folder:
        return f"--slices#label_folder {quote(group.folder)}"
    return f"--slices#label_suffix {quote(group.affix)}"


def _shown(group: Group) -> str:
    """Folder and affix, such as `t1/`, `*_t1` or `scans/t1_*`."""
    affix = f"*{group.affix}" if group.affix and "*" not in group.affix else group.affix
    if not affix and is_deep(group.folder):
        return group.folder
    return affix if group.folder == "." else f"{group.folder}/{affix}"


def _further_pairs(groups: Sequence[Group], match: Match) -> list[str]:
    """Other images with labels of their own, in other folders than the chosen ones."""
    known, found = _places(match), []
    for other in belonging(matches_of(list(groups), list(groups)), groups):
        judged = any(part_of(folder) == TO_JUDGE for name in other.common for folder in name.parts[:-1])
        told = judged or known & _places(other) or match.common & other.common
        if not told and looks_like_labels(other.labels) and looks_like_images(other.images):
            known |= _places(other)
            found.append(" with ".join(dict.fromkeys(map(_folder, (other.images, other.labels)))))
    mend = "to train on all, put all images into one folder and all labels into another"
    return [f"{some(sorted(found))}: further images with labels, left out; {mend}"] if found else []


def _folder(group: Group) -> str:
    """The folder of a group or, of one of the whole data set, the first that holds a file of it."""
    return group.folder if group.folder != "." else str(min(group.files).parent)


def _places(match: Match) -> set[Path]:
    return {group.files[name].parent for group in (match.images, match.labels) for name in match.common}


def _called_test(match: Match) -> list[str]:
    """Images that are called as those to judge by among others, as `testA_1` beside `train_1`, or in `test/` beside `p1/`."""
    parts = {name: part_of(name.name) for name in sorted(match.common)}
    judged = [name for name in parts if TO_JUDGE in map(part_of, name.parts[:-1])]
    if TO_TRAIN in parts.values():
        judged += [name for name, part in parts.items() if part == TO_JUDGE and name not in judged]
    if not 0 < len(judged) < len(parts):
        return []
    common = os.path.commonpath([path.parent for path in match.images.files.values()])
    tests = [str(match.images.files[name].relative_to(common)) for name in judged]
    return [f"{some(tests, 3)}: called as images to judge by, but trained on; move them elsewhere with their labels"]
