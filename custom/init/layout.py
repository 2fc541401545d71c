"""The layout of a folder: one that the bundle knows, or images and labels told by their names and by what they show."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from custom.data.cell_tracking import cell_tracking_frames
from custom.data.folders import folder_images, no_folder
from custom.data.kaggle import Slice, kaggle_folder, kaggle_lgg
from custom.data.names import Names
from custom.data.pairing import special_layout, subfolders
from custom.data.report import some
from custom.init.belonging import belonging, part_of, parted, place_of
from custom.init.naming import Group, Match, is_asked, matches_of, names_of
from custom.init.notes import found_besides, left_out
from custom.init.places import groups_in, innermost, training_part
from custom.init.refusals import why_nothing
from custom.init.roles import Called, called, is_field_of_view, looks_like_images, looks_like_labels, looks_like_pictures
from custom.init.unpaired import TOLD, is_most, plain_match, spread_images, without_partner

DOUBT = "labels mark a large area that is nearly the same in all images, as a field of view is; there are no others"


class Layout(NamedTuple):
    """How a data set lies on the disk.

    Attributes:
        kind: `"folder"`, `"ctc"` or `"lgg"`: which datalist of the bundle reads it.
        root: the folder to name as `dataset_dir`.
        names: how its folders and files are called, as `folder_images` takes it.
        notes: what was found besides, and is left out.
        doubtful: whether the labels mark a large area that is nearly the same in all images, as a field of view is.
    """

    kind: str
    root: Path
    names: Names = Names()
    notes: tuple[str, ...] = ()
    doubtful: bool = False

    def items(self, patient_pattern: str = "", label_geometry: str = "file") -> list[Slice]:
        """The datalist; both arguments are those of `folder_images`, and change nothing of the other kinds.

        Raises:
            ValueError: if files are broken or do not fit.
        """
        if self.kind == "lgg":
            return kaggle_lgg(self.root)
        if self.kind == "ctc":
            return cell_tracking_frames(self.root)
        names = self.names._asdict()
        return folder_images(self.root, patient_pattern=patient_pattern, label_geometry=label_geometry, **names)


def find_layout(folder: str | Path, asked: Mapping[str, str] = MappingProxyType({})) -> Layout:
    """The layout of a data set.

    Args:
        folder: that holds it.
        asked: how a person says that files or folders are called, by the fields of `Names`.

    Raises:
        ValueError: if there is no such folder, nothing in it looks like labels, or files lack their partner, which are named.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise ValueError(f"data: {no_folder(folder)}")
    folder = root = root.absolute()
    if (kaggle := kaggle_folder(root)) is not None:
        return Layout("lgg", kaggle)
    root = innermost(root)
    if any(root.glob("*_GT/SEG/man_seg*.tif")):
        return Layout("ctc", root)
    part = training_part(root) or root
    if special_layout(part):
        return Layout("folder", part, notes=left_out(root, part))
    return _by_names(folder, root, part, asked)


def _by_names(folder: Path, root: Path, part: Path, asked: Mapping[str, str]) -> Layout:
    chosen, match = part, _best(part, asked)
    if match is None and part != root:
        chosen, match = root, _best(root, asked)
    if match is None and asked:
        return Layout("folder", folder, Names(**asked))
    if match is None:
        raise ValueError(_apart(part) or why_nothing(folder, root))
    groups, judged = parted(groups_in(chosen), match)
    field = _field(groups, match)
    if spread := spread_images(groups, match):
        raise ValueError(spread)
    if wrong := without_partner(root, groups, match, field):
        plain = plain_match(chosen, match)
        if plain is None:
            raise ValueError(wrong if is_most(match) else why_nothing(folder, root))
        match = plain
    doubtful = is_field_of_view(match.labels)
    notes = *left_out(root, chosen / match.images.folder, judged), *found_besides(groups, match, field), *[DOUBT] * doubtful
    return Layout("folder", chosen, names_of(match, field), notes, doubtful)


def _apart(root: Path) -> str:
    """The line that refuses folders that each hold images and labels in folders of their own; empty if they do not."""
    others = [folder for folder in subfolders(root) if called(Group(folder.name, "", {})) is not Called.LABELS]
    inner = [innermost(folder) for folder in others[:TOLD]]
    holding = [str(folder.relative_to(root)) for folder in inner if _best(folder)]
    if not holding:
        return ""
    mend = "name one of them, or put all images into images/<folder>/ and all labels into masks/<folder>/ of one folder"
    return f"{root}: images with labels of their own lie in {some(holding)}; {mend if len(holding) > 1 else 'name that folder'}"


def _best(root: Path, asked: Mapping[str, str] = MappingProxyType({})) -> Match | None:
    """The images with the most labels; of as many, those whose names and pixels say most clearly what they are."""
    groups = groups_in(root)
    matches = [match for match in belonging(matches_of(groups, groups), groups) if is_asked(match, asked)]
    sound = [match for match in sorted(matches, key=_rank) if looks_like_labels(match.labels)]
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
    return place_of(match), *complete, -role, part_of(match.labels.affix), length, *folder


def _is_last_resort(match: Match) -> bool:
    """Labels that look like a field of view where there are no others, such as of one organ."""
    return looks_like_images(match.images) and looks_like_pictures(match.images)


def _field(groups: Sequence[Group], match: Match) -> Group | None:
    """Masks of the field of view of these images, if there are any, in a folder of their own or beside the images."""
    taken = {match.images.files[name] for name in match.common} | {match.labels.files[name] for name in match.common}
    others = [group for group in groups if group.files.keys() >= match.common and not taken & {*group.files.values()}]
    for group in sorted(others, key=lambda group: (len(group.files), len(group.affix))):
        if looks_like_labels(group) and is_field_of_view(group):
            return group
    return None
