"""The layout of a folder: one that the bundle knows, or images and labels told by their names and by what they show."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from custom.data.cell_tracking import cell_tracking_frames
from custom.data.datalist import Slice
from custom.data.folders import folder_images, no_folder
from custom.data.kaggle import kaggle_folder, kaggle_lgg
from custom.data.names import Names
from custom.data.special_layouts import special_layout
from custom.init.apart import apart
from custom.init.belonging import parted
from custom.init.best_match import best_match, field_of
from custom.init.deeper import deeper_groups
from custom.init.naming import Group, Match, names_of
from custom.init.notes import found_besides, kinds_of_labels, left_out
from custom.init.places import groups_in, innermost, training_part
from custom.init.refusals import plain_reason, why_nothing
from custom.init.roles import is_field_of_view
from custom.init.unpaired import OF_LABELS, alone, is_most, plain_match, spread_images, without_partner

DOUBT = "labels mark a large area that is nearly the same in all images, as a field of view is; there are no others"

Look = Callable[[Path, Mapping[str, str]], list[Group]]


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
    chosen, match, all_groups = _search(folder, root, part, asked, only_pairs)
    if match is None and asked:
        return Layout("folder", folder, Names(**asked), only_pairs=only_pairs)
    if match is None:
        raise ValueError(why_nothing(folder, root))
    groups, judged = parted(all_groups, match)
    field = field_of(groups, match)
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


def _search(
    folder: Path, root: Path, part: Path, asked: Mapping[str, str], only_pairs: bool
) -> tuple[Path, Match | None, list[Group]]:
    """The folder of images and labels, these, and all kinds of files there; at any depth where the usual places show none."""
    first = _, match, groups = _first_match(root, part, asked, only_pairs, groups_in)
    if (match.mixed if match else not asked) and (told := apart(part)):
        raise ValueError(told)
    spread = spread_images(parted(groups, match)[0], match) if match else ""
    few = match is not None and not is_most(match) and not only_pairs
    if match is not None and not spread and not few:
        return first
    if not asked and (told := plain_reason(folder, root)):
        raise ValueError(spread or told)
    found = _, match, groups = _first_match(root, part, asked, only_pairs, deeper_groups)
    if spread and (match is None or match.unpaired):
        raise ValueError(spread)
    if few and (match is None or match.unpaired):
        return first
    several = kinds_of_labels(groups, match) if match and not asked.keys() & OF_LABELS else ""
    if several:
        raise ValueError(several)
    return found


def _first_match(
    root: Path, part: Path, asked: Mapping[str, str], only_pairs: bool, look: Look
) -> tuple[Path, Match | None, list[Group]]:
    """What `_search` gives, of the part to train on or, if it shows nothing, of the whole."""
    for place in dict.fromkeys((part, root)):
        groups = look(place, asked)
        if match := best_match(groups, asked, only_pairs):
            return place, match, groups
    return root, None, []
