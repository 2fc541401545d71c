"""What a folder of predictions holds."""

from collections.abc import Mapping
from glob import escape as glob_escape
from pathlib import Path
from typing import NamedTuple

from custom.data.affixes import SEPARATOR
from custom.data.names import IMAGE_FOLDERS, LABEL_FOLDERS
from custom.files import is_picture, split_page, split_suffix
from custom.files.names import LABELS
from custom.storage.record_parts import RECORD, lines_of, results_in

BESIDE = (*LABELS, "_label", "_seg")
KINDS = ("mask", "instances", "probability", "uncertainty")


class Predicted(NamedTuple):
    """An image and its results.

    Attributes:
        name: path of the image below the predicted folder, without suffix.
        image: its file, or a page of it.
        files: those of the results by their kinds: `mask`, `instances`, `probability`, `uncertainty`.
    """

    name: str
    image: str
    files: Mapping[str, Path]


def predictions_in(name: str, root: Path) -> list[Predicted]:
    """The images of a folder of predictions, in the order in which they were predicted.

    Args:
        name: the folder, or that of a run with `predictions/`, or the name of either in the bundle; empty for the newest.
        root: folder of the bundle.

    Raises:
        ValueError: if there is no such folder, or nothing was predicted into it.
    """
    record = _record(name, root)
    found = [
        Predicted(name, line["image"], {_kind(file): record.parent / file for file in line["files"]})
        for name, line in results_in(lines_of(record)).items()
        if isinstance(line.get("image"), str)  # earlier versions did not tell it
    ]
    if not found:
        raise ValueError(f"predictions: {record} tells of no image; predict them again: python -m custom predict IMAGES")
    return found


def truth_of(image: str, folder: str = "") -> Path | None:
    """The label of an image, or None if none is found.

    Args:
        image: its file, or a page of it.
        folder: where labels lie, called as the image, `scan_anything`, or as `21_manual1` for `21_training`; empty to look for
            `scan_mask.png` beside the image, and into `labels/`, `masks/` or the like beside `images/`.
    """
    file, _ = split_page(image)
    stem = split_suffix(file.name)[0]
    if folder:
        given = Path(folder).expanduser()
        return _label_in(given, stem) or _only_label(given, SEPARATOR.split(stem)[0])
    beside = file.parent.name.lower() in IMAGE_FOLDERS
    siblings = [file.parent.parent / name for name in LABEL_FOLDERS] if beside else []
    return _label_in(file.parent, stem, BESIDE) or next(filter(None, (_label_in(place, stem) for place in siblings)), None)


def _label_in(folder: Path, stem: str, ends: tuple[str, ...] = ()) -> Path | None:
    """The picture or volume called `stem`, or `stem` with an end, any from `_` or `-` on if none are given."""
    files = sorted(path for path in folder.glob(f"{glob_escape(stem)}*") if is_picture(path)) if folder.is_dir() else []
    rests = {split_suffix(path.name)[0].removeprefix(stem): path for path in reversed(files)}
    fitting = [end for end in sorted(rests) if (end in ends if ends else end[:1] in ("", "_", "-"))]
    return rests[fitting[0]] if fitting else None


def _only_label(folder: Path, first: str) -> Path | None:
    """The one picture or volume whose name begins with the same part, as `21_manual1` for `21_training`."""
    files = [path for path in folder.glob(f"{glob_escape(first)}*") if is_picture(path)] if folder.is_dir() else []
    fitting = [path for path in files if SEPARATOR.split(split_suffix(path.name)[0])[0] == first]
    return fitting[0] if len(fitting) == 1 else None


def _record(name: str, root: Path) -> Path:
    if not name:
        records = [*root.glob(f"predictions/*/{RECORD}"), *root.glob(f"runs/*/predictions/{RECORD}")]
        if not records:
            raise ValueError(f"predictions: none in {root}; name a folder, or predict first: python -m custom predict IMAGES")
        return max(records, key=lambda path: path.stat().st_mtime)
    given = Path(name).expanduser()
    for folder in (given, given / "predictions", root / "predictions" / name, root / "runs" / name / "predictions"):
        if (folder / RECORD).is_file():
            return folder / RECORD
    if (given / "segmentation.dcm").is_file():
        raise ValueError(f"predictions: {name!r} is of a DICOM series; open it with the series in a viewer such as 3D Slicer")
    if below := sorted(given.glob(f"*/{RECORD}"), key=lambda path: path.stat().st_mtime):
        raise ValueError(f"predictions: {name!r} is a folder of predictions; name one of them, such as {below[-1].parent}")
    what = "holds no predictions" if given.is_dir() or (root / "runs" / name).is_dir() else "is no folder"
    raise ValueError(
        f"predictions: {name!r} {what}; make some: python -m custom predict IMAGES --checkpoint RUN --output_dir DIR"
    )


def _kind(file: str) -> str:
    kind = split_suffix(file)[0].rpartition("_")[2]
    return kind if kind in KINDS else "overlay"
