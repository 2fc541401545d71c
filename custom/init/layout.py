"""The layout of a folder: one that the bundle knows, or images and labels told by their names and by what they show."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from custom.data.affixes import subfolders
from custom.data.cell_tracking import cell_tracking_frames
from custom.data.datalist import Slice
from custom.data.folders import folder_images, no_folder
from custom.data.kaggle import kaggle_folder, kaggle_lgg
from custom.data.names import Names
from custom.data.special_layouts import special_layout
from custom.init.belonging import parted
from custom.init.best_match import best_match, field_of
from custom.init.naming import Group, names_of
from custom.init.notes import found_besides, left_out
from custom.init.places import groups_in, innermost, training_part
from custom.init.refusals import why_nothing
from custom.init.roles import (
    Called,
    called,
    is_field_of_view,
)
from custom.init.unpaired import TOLD, alone, is_most, plain_match, spread_images, without_partner
from custom.text.some import some

DOUBT = "labels mark a large area that is nearly the same in all images, as a field of view is; there are no others"


class Layout(NamedTuple):
    """How a data set lies on the disk.

    Attributes:
        kind: `"folder"`, `"ctc"` or `"lgg"`: which datalist of the bundle reads it.
        root: the folder to name as `dataset_dir`.
        names: how its folders and files are called, as `folder_images` takes it.
        notes: what was found besides, and is left out.
        doubtful: whether the labels mark a large area that is nearly the same in all images, as a field of view is.
        only_pairs: whether images without a label, and labels without an image, are left out.
    """

    kind: str
    root: Path
    names: Names = Names()
    notes: tuple[str, ...] = ()
    doubtful: bool = False
    only_pairs: bool = False

    def items(self, patient_pattern: str = "", label_geometry: str = "file") -> list[Slice]:
        """The datalist; both arguments are those of `folder_images`, and change nothing of the other kinds.

        Raises:
            ValueError: if files are broken or do not fit.
        """
        if self.kind == "lgg":
            return kaggle_lgg(self.root)
        if self.kind == "ctc":
            return cell_tracking_frames(self.root)
        return folder_images(
            self.root,
            **self.names._asdict(),
            patient_pattern=patient_pattern,
            label_geometry=label_geometry,
            only_pairs=self.only_pairs,
        )


def find_layout(folder: str | Path, asked: Mapping[str, str] = MappingProxyType({}), only_pairs: bool = False) -> Layout:
    """The layout of a data set.

    Args:
        folder: that holds it.
        asked: how a person says that files or folders are called, by the fields of `Names`.
        only_pairs: whether images without a label, and labels without an image, are left out rather than refused.

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
    return _by_names(folder, root, part, asked, only_pairs)


def _by_names(folder: Path, root: Path, part: Path, asked: Mapping[str, str], only_pairs: bool) -> Layout:
    chosen, match = part, best_match(part, asked, only_pairs)
    if match is None and part != root:
        chosen, match = root, best_match(root, asked, only_pairs)
    if match is None and asked:
        return Layout("folder", folder, Names(**asked), only_pairs=only_pairs)
    if (match is None or match.mixed) and (apart := _apart(part)):
        raise ValueError(apart)
    if match is None:
        raise ValueError(why_nothing(folder, root))
    groups, judged = parted(groups_in(chosen, asked), match)
    field = field_of(groups, match)
    if spread := spread_images(groups, match):
        raise ValueError(spread)
    wrong = without_partner(root, groups, match, field, asked)
    if wrong and not only_pairs:
        plain = plain_match(chosen, match)
        if plain is None:
            raise ValueError(wrong if is_most(match) else why_nothing(folder, root))
        match = plain
    doubtful = is_field_of_view(match.labels)
    told = alone(root, match, field) if only_pairs else ()
    besides = *left_out(root, chosen / match.images.folder, judged), *found_besides(groups, match, field)
    return Layout("folder", chosen, names_of(match, field), (*told, *besides, *[DOUBT] * doubtful), doubtful, only_pairs)


def _apart(root: Path) -> str:
    """The line that refuses folders that each hold images and labels in folders of their own; empty if they do not."""
    others = [folder for folder in subfolders(root) if called(Group(folder.name, "", {})) is not Called.LABELS]
    inner = [innermost(folder) for folder in others[:TOLD]]
    holding = [str(folder.relative_to(root)) for folder in inner if best_match(folder)]
    if not holding:
        return ""
    mend = "name one of them, or put all images into images/<folder>/ and all labels into masks/<folder>/ of one folder"
    return f"{root}: images with labels of their own lie in {some(holding)}; {mend if len(holding) > 1 else 'name that folder'}"
