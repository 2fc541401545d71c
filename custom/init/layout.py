"""The layout of a folder: one that the bundle knows, or images and labels told by their names and by what they show."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from custom.data.cell_tracking import cell_tracking_frames
from custom.data.folders import folder_images
from custom.data.kaggle import Slice, kaggle_folder, kaggle_lgg
from custom.data.names import Names
from custom.data.pairing import special_layout, subfolders
from custom.data.report import some
from custom.files import files_below, in_numeric_order, is_picture, split_suffix
from custom.init.naming import Group, Match, groups_of, matches_of
from custom.init.roles import called_labels, is_coloured, is_field_of_view, looks_like_labels

TRAINING = ("training", "train", "train_set", "trainset", "training_set")
OTHERS = ("test", "testing", "val", "valid", "validation", "dev", "eval")
FIRST, SECOND = "_0000", "_0001"  # what nnU-Net puts behind the name of a case for its channels
TOLD = 5


class Layout(NamedTuple):
    """How a data set lies on the disk.

    Attributes:
        kind: `"folder"`, `"ctc"` or `"lgg"`: which datalist of the bundle reads it.
        root: the folder to name as `dataset_dir`.
        names: for `folder_images`.
        notes: what was found besides, and is left out.
    """

    kind: str
    root: Path
    names: Names = Names()
    notes: tuple[str, ...] = ()

    def items(self, patient_pattern: str = "") -> list[Slice]:
        """The datalist.

        Raises:
            ValueError: if files are broken or do not fit.
        """
        if self.kind == "lgg":
            return kaggle_lgg(self.root)
        if self.kind == "ctc":
            return cell_tracking_frames(self.root)
        return folder_images(self.root, patient_pattern=patient_pattern, **self.names._asdict())


def find_layout(folder: str | Path) -> Layout:
    """The layout of a data set.

    Raises:
        ValueError: if there is no such folder, nothing in it looks like labels, or files lack their partner, which are named.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise ValueError(f"data: no folder {str(folder)!r}; name one with images and labels")
    root = root.absolute()
    if (kaggle := kaggle_folder(root)) is not None:
        return Layout("lgg", kaggle)
    if any(root.glob("*_GT/SEG/man_seg*.tif")):
        return Layout("ctc", root)
    if special_layout(root):
        return Layout("folder", root)
    return _by_names(root)


def _by_names(root: Path) -> Layout:
    parts = {part.name.lower(): part for part in subfolders(root)}
    chosen = next((parts[name] for name in TRAINING if name in parts), root)
    match = _best(chosen)
    if match is None and chosen != root:
        chosen, match = root, _best(root)
    if match is None:
        raise ValueError(_nothing(root))
    field = _field(chosen, match)
    fields = set(field.files.values()) if field else set()
    if unpaired := [path for path in match.unpaired if path not in fields]:
        names = [str(path.relative_to(root)) for path in unpaired]
        more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
        raise ValueError(
            f"{root}: {len(match.common)} images have labels, but these files have no partner: "
            f"{some(names[:TOLD])}{more}; add what is missing, or move them elsewhere"
        )
    left_out = [part.name for name, part in parts.items() if name in OTHERS and part != chosen]
    notes = [f"{some(left_out)}: left out of the training, to judge it by"] if left_out and chosen != root else []
    return Layout("folder", chosen, _names(match, field), (*notes, *_second_truths(chosen, match, field)))


def _best(root: Path) -> Match | None:
    """The images with the most labels; of as many, those whose names and pixels say most clearly what they are."""
    groups = _groups(root)
    for match in sorted(matches_of(groups, groups), key=_rank):
        if not looks_like_labels(match.labels) or is_field_of_view(match.labels):
            continue
        if called_labels(match.images) != 2 and (called_labels(match.images) < 0 or not looks_like_labels(match.images)):
            return match
    return next((match for match in matches_of(groups, groups) if _is_last_resort(match)), None)


def _rank(match: Match) -> tuple[int, int, int, int, str]:
    role = called_labels(match.labels) - called_labels(match.images)
    length = len(match.images.affix) + len(match.labels.affix)
    return -len(match.common) + len(match.unpaired), -role, length, len(match.labels.folder), match.labels.folder


def _is_last_resort(match: Match) -> bool:
    """Labels that look like a field of view where there are no others, such as of one organ."""
    return looks_like_labels(match.labels) and called_labels(match.images) != 2 and not looks_like_labels(match.images)


def _groups(root: Path) -> list[Group]:
    """The kinds of files of the folder itself and of those below it."""
    places = [root, *subfolders(root)]
    for place in places[1:]:
        places += [part for part in subfolders(place) if part.name.lower() in TRAINING]
    found = []
    for place in places:
        files = sorted(filter(is_picture, files_below(place)), key=in_numeric_order)
        stems = {path.relative_to(place).with_name(split_suffix(path.name)[0]): path for path in files}
        if stems:
            found += groups_of(str(place.relative_to(root)), stems)
    return found


def _field(root: Path, match: Match) -> Group | None:
    """Masks of the field of view of these images, if there are any, in a folder of their own or beside the images."""
    taken = {match.images.files[name] for name in match.common} | {match.labels.files[name] for name in match.common}
    groups = [group for group in _groups(root) if group.files.keys() >= match.common and not taken & {*group.files.values()}]
    for group in sorted(groups, key=lambda group: (len(group.files), len(group.affix))):
        if looks_like_labels(group) and is_field_of_view(group):
            return group
    return None


def _second_truths(root: Path, match: Match, field: Group | None) -> list[str]:
    known = {match.images.folder, match.labels.folder, field.folder if field else "", "."}
    others = [
        group.folder
        for group in _groups(root)
        if group.folder not in known and called_labels(group) == 2 and group.files.keys() & match.common
    ]
    return [f"{some(sorted(set(others)))}: a further truth, left out"] if others else []


def _names(match: Match, field: Group | None) -> Names:
    same = match.images.folder == match.labels.folder
    folders = ("", "") if same and match.images.folder == "." else (match.images.folder, match.labels.folder)
    of_field = ("" if field.folder == "." and folders == ("", "") else field.folder, field.affix) if field else ("", "")
    return Names(*folders, match.images.affix, match.labels.affix, *of_field)


def _nothing(root: Path) -> str:
    pictures = [path for path in files_below(root) if is_picture(path)]
    if not pictures:
        return f"data: {str(root)!r} holds no images; bundle/docs/formats.md lists the formats"
    painted = next((path for path in pictures if is_coloured(path)), None)
    if painted:
        return f"{painted}: holds colours, not class numbers; save labels as grey images of 0, 1, 2 …"
    if second := _second_channel(pictures):
        return (
            f"{second}: is a further channel of an image, in nnU-Net's naming; join the channels of each image into one file, "
            "such as a NIfTI of (X, Y, Z, channel), or keep those of one channel alone"
        )
    return (
        f"data: nothing in {str(root)!r} looks like masks of its {len(pictures)} images: whole numbers in flat areas, "
        "in a folder of their own such as masks/, or beside the images as <name>_mask.png"
    )


def _second_channel(pictures: Sequence[Path]) -> Path | None:
    """A file `case_0001` beside `case_0000`, where a label is called `case`."""
    files = {path.with_name(split_suffix(path.name)[0]): path for path in pictures}
    labels = {stem.name for stem in files}
    seconds = (path for stem, path in files.items() if stem.name.endswith(SECOND) and stem.name.removesuffix(SECOND) in labels)
    return next((path for path in seconds if (path.with_name(path.name.replace(SECOND, FIRST))).exists()), None)
