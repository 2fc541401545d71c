"""Images that have several labels by their names, and labels whose names do not tell their image."""

import os
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from shlex import quote

from custom.data.affixes import SEPARATOR
from custom.data.complete import ONLY_PAIRS
from custom.files import split_suffix
from custom.init.naming import Group, Match
from custom.init.reasons import HOW
from custom.init.roles import looks_like_labels

LOOKED_AT = 8
NAMED = f"give each label its image's name, as in images/a.jpg and masks/a.png{HOW}"
JOIN = "join the masks of an image into one file of 0, the background, and 1, 2 … for what they mark"


def further_mask(groups: Sequence[Group], match: Match, others: Container[Path]) -> str:
    """The line that refuses a further label of an image beside its label, such as `a_mask_1` beside `a_mask`; empty if none.

    Nothing is refused where an affix tells images from all other files in their folder; a note then tells of further labels.

    Args:
        groups: those of all folders.
        match: the images and labels that were chosen.
        others: files that are known to be no labels.
    """
    if match.images.affix and match.images.folder == match.labels.folder:
        return ""
    beside = next(group.files for group in groups if group.folder == match.labels.folder and not group.affix)
    known = {*match.images.files.values(), *match.labels.files.values()} - {*match.unpaired}
    further = [name for name, path in beside.items() if path not in known and path not in others]
    images = _unknown_images(groups, match, known)
    for name in further[:LOOKED_AT]:
        if not looks_like_labels(Group("", "", {name: beside[name]})):
            continue
        owner = next((own for own in match.common if own.parent == name.parent and _begins(name.name, own.name)), None)
        theirs = _as_many(images, further, owner) if owner else () if beside[name] in match.unpaired else list(images.values())
        if theirs:
            return f"{beside[name]}: looks like a mask, but no image is called so, such as {theirs[0].name}; {NAMED}"
        if owner:
            return _several(match.labels.files[owner], beside[name], match.images.files[owner])
    return ""


def _unknown_images(groups: Sequence[Group], match: Match, known: Container[Path]) -> dict[Path, Path]:
    """Further images in the folder of the chosen ones, where labels lie in another."""
    if match.images.folder == match.labels.folder:
        return {}
    beside = next(group.files for group in groups if group.folder == match.images.folder and not group.affix)
    labels = next(group.files for group in groups if group.folder == match.labels.folder and not group.affix)
    others = {*labels.values()}  # labels may lie below the images
    return {name: path for name, path in beside.items() if path not in known and path not in others}


def _as_many(images: Mapping[Path, Path], labels: Sequence[Path], owner: Path) -> list[Path]:
    """The images that begin as one does, if as many labels do: `1_a_2` and `1_a_3` beside `1_b_2` and `1_b_3`."""
    begun = [path for name, path in images.items() if _begins(name.name, owner.name)]
    return begun if len(begun) == sum(_begins(name.name, owner.name) for name in labels) else []


def several_of(images: Sequence[Path], labels: Sequence[Path]) -> str:
    """The line that refuses several labels of one image; empty if there are none.

    They bear its name, alone or with more behind it, or lie in a folder that does, or are the kinds of labels of a case.

    Args:
        images: files that are not called labels.
        labels: files that are.
    """
    for image in images[:LOOKED_AT]:
        kinds = _kinds_beside(image, images, labels)
        masks = [label for label in labels if is_of(label, image) or label in kinds]
        near = max((_nearness(mask, image) for mask in masks), default=0)  # names may begin anew in each folder
        masks = [mask for mask in masks if _nearness(mask, image) == near]
        if len(masks) > 1 and looks_like_labels(Group("", "", dict(zip(masks, masks, strict=True)))):
            return _several(masks[0], masks[1], image)
    return ""


def _kinds_beside(image: Path, images: Sequence[Path], labels: Sequence[Path]) -> list[Path]:
    """The labels in an image's folder, or in one below, if they are more than its images: a file for each organ, say."""
    places = Counter(other.parent for other in images)
    below = [label for label in labels if label.parent.parent == image.parent and label.parent not in places]
    if len(below) > places[image.parent]:
        return below
    names, stem = Counter(label.name for label in labels), split_suffix(image.name)[0]
    beside = {label: split_suffix(label.name)[0] for label in labels if label.parent == image.parent}
    alike = [label for label, name in beside.items() if names[label.name] > 1 or _kind(name, stem) != name]
    return alike if places[image.parent] < len(alike) < len(labels) else []


def _nearness(one: Path, other: Path) -> int:
    return len(Path(os.path.commonpath((one, other))).parts)


def _several(one: Path, other: Path, image: Path) -> str:
    return f"{one} and {other}: are both masks of {image.name}; {JOIN}, or {_choice(one, other, image)}{HOW}"


def _choice(one: Path, other: Path, image: Path) -> str:
    """How to take one of two kinds of masks."""
    names = [split_suffix(path.name)[0] for path in (one, other, image)]
    if one.parent != other.parent or not re.search("[A-Za-z]", _kind(names[0], names[2])):
        return "name the folders of one kind with --slices#image_folder and --slices#label_folder"
    if names[2] in names[:2]:
        return f"take those called as their images with {ONLY_PAIRS}"
    others = f" {ONLY_PAIRS}" * (one.parent == image.parent)
    return f"take one kind with --slices#label_suffix {quote(_kind(names[0], names[2]))}{others}"


def _kind(label: str, image: str) -> str:
    """What ends a label's name where that of its image goes on otherwise: `_mask1` of `p1_mask1` beside `p1_flair`."""
    starts = [
        match.start() for match in SEPARATOR.finditer(label) if match.start() and image.startswith(label[: match.start()])
    ]
    return label[max(starts) :] if starts else label


def is_of(label: Path, image: Path) -> bool:
    """Whether a label bears the name of an image, alone or with more behind it, or its folder does."""
    owner = split_suffix(image.name)[0]
    return label.parent.name.lower() == owner.lower() or _begins(split_suffix(label.name)[0], owner)


def _begins(name: str, owner: str) -> bool:
    return bool(re.match(rf"{re.escape(owner)}($|{SEPARATOR.pattern})", name, re.IGNORECASE))


def strange_name(images: Sequence[Path], labels: Sequence[Path]) -> str:
    """The line that names a label whose name does not tell its image; empty if there is none.

    Args:
        images: files that are not called labels.
        labels: files that are.
    """
    some = labels[:LOOKED_AT]
    if not images or not some or not looks_like_labels(Group("", "", dict(zip(some, some, strict=True)))):
        return ""
    label = next((label for label in some if not any(is_of(label, image) for image in images)), None)
    if label:
        return f"{label}: looks like a mask, but no image is called so, such as {images[0].name}; {NAMED}"
    owner = next(image for image in images if is_of(some[0], image))
    if split_suffix(owner.name)[0] == split_suffix(some[0].name)[0]:
        return f"{some[0]}: looks like a mask, but lies in other folders than {owner}; {NAMED}"
    return f"{some[0]}: looks like a mask of {owner.name}, but is called otherwise; {NAMED}"
