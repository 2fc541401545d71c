"""Images and their labels: whether they fit, as far as their headers tell."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from custom.data.directions import directions_differ
from custom.data.segments import SegmentNumbers
from custom.data.shapes import shapes_differ
from custom.files import LABEL_CHANNELS, Header, check_intensities, count_pages, read_header, split_page, wrong_channels
from custom.files.errors import NO_FILE
from custom.files.labels import wrong_count
from custom.settings.table import SETTINGS
from custom.text.printable import printable

# Of the smallest voxel's side: programs round affines to 32 bits, and quaternions more.
TOLERANCE = 0.05
SHOWN_PROBLEMS = 5
A_PAGE_EACH = (
    "save a page for each of its image, or, if these are channels, save the image with metadata that says so, as axes CYX"
)
A_PAGE_A_CLASS = "its image has one; if each page is a class, join them into one page of 0, 1, 2 …"


class Problem(NamedTuple):
    """A file, and in half a line what is wrong with it."""

    path: Path
    message: str


def quick_check(items: Sequence[Mapping[str, Any]], *, in_channels: int | None = None, label_geometry: str = "file") -> None:
    """Makes sure, without decoding a pixel, that training can read what a datalist names.

    Every file is there, neither empty nor visibly truncated; image and mask have one size and, if they are volumes, one place;
    the mask has one channel; and a named segment has one number in all masks. `check_dataset` also looks at the pixels.

    Args:
        items: dictionaries with the paths of `"image"` and `"label"`, and of `"field"` where there are fields of view.
        in_channels: how many channels each image must have; None to not ask.
        label_geometry: `"image"` to take a volume's label voxel by voxel, wherever its header places it.

    Raises:
        ValueError: with a line for each of the first problems and the number of the others, or if there are no items.
    """
    SETTINGS["label_geometry"].rule.check("label_geometry", label_geometry)
    if not items:
        raise ValueError("items: the datalist is empty; name at least one image and its label")
    parts = [[Path(item[key]) for key in ("image", "label", "field") if key in item] for item in items]
    segments = SegmentNumbers()
    problems = []
    for part in parts:
        headers, found = read_pair(*part, in_channels=in_channels, label_geometry=label_geometry)
        label = part[1]
        told = segments.disagreement(label, headers[label]) if label in headers else ""
        problems += [*found, *([Problem(label, told)] if told else [])]
    if problems:
        lines = [printable(f"{path}: {message}") for path, message in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            lines.append(f"and {len(problems) - SHOWN_PROBLEMS} more problems")
        raise ValueError(";\n".join(lines))


def read_pair(
    image: Path, label: Path, field: Path | None = None, *, in_channels: int | None, label_geometry: str = "file"
) -> tuple[dict[Path, Header], list[Problem]]:
    """Headers of those of the files that have a readable one, and all that is wrong with the pair.

    Args:
        image: path of the image, or of a page of it.
        label: path of its label.
        field: path of its mask of the field of view, if there is one.
        in_channels: channels that the image must have; None to not ask.
        label_geometry: `"file"` if the label must lie where its image does, `"image"` if it is taken to.
    """
    headers: dict[Path, Header] = {}
    problems = []
    masks = [label] if field is None else [label, field]
    for path in (image, *masks):
        try:
            header = read_header(path)
            if path == image:
                check_intensities(header)
            headers[path] = header
        except ValueError as error:
            missing = path == label and not os.path.lexists(label) and str(error) == NO_FILE
            told = Problem(image, f"missing mask {label.name}") if missing else Problem(path, str(error))
            problems += _of_pages(told) if path != image else [told]
    if image in headers and (wrong := wrong_channels(headers[image], in_channels)):
        problems.append(Problem(image, f"{wrong}; if all images have {headers[image].channels}, set --input_channels to it"))
    for mask in masks:
        if mask in headers and headers[mask].channels not in LABEL_CHANNELS:
            problems.append(Problem(mask, wrong_count(headers[mask])))
        if image in headers and mask in headers:
            problems += _misfits(image, mask, headers, label_geometry)
    return headers, problems


def _of_pages(problem: Problem) -> list[Problem]:
    """The problem of a mask, with the mend if it has more or fewer pages than its image: told once, not for each page."""
    file, page = split_page(problem.path)
    try:
        pages = 0 if page == 0 else count_pages(file)
    except ValueError:
        return [problem]
    if page is None and pages > 1:
        return [problem._replace(message=f"holds {pages} pages, {A_PAGE_A_CLASS}")]
    if not page or page < pages:
        return [problem]
    return [problem._replace(message=f"{problem.message}; {A_PAGE_EACH}")] if page == pages else []


def _misfits(image: Path, label: Path, headers: dict[Path, Header], label_geometry: str) -> list[Problem]:
    ours, theirs = headers[image], headers[label]
    if (ours.affine is None) != (theirs.affine is None):
        return [Problem(label, "is a volume or its image is, not both, so that their axes differ: save both alike")]
    if theirs.pages > ours.pages:
        return [
            Problem(label, f"holds {theirs.pages} pages, its image {ours.pages}: a page of a label belongs to one of its image")
        ]
    if label_geometry == "file" and (told := directions_differ(ours, theirs)):
        return [Problem(label, told)]
    if told := shapes_differ(label, theirs, ours):
        return [Problem(label, told)]
    shift = 0.0 if label_geometry == "image" else shift_in_voxels(ours, theirs)
    if shift > TOLERANCE:
        return [
            Problem(
                label,
                f"its affine places it elsewhere than its image {image.name}, by up to {shift:.3g} voxels; "
                "save it on its image's grid, or take it as stored with --label_geometry image",
            )
        ]
    return []


def shift_in_voxels(one: Header, other: Header) -> float:
    """How far apart two volumes of one size place a corner, in sides of the smallest voxel; 0 of pictures."""
    if one.affine is None or other.affine is None:
        return 0.0
    size = np.array([*one.size, 1, 1, 1][:3])
    corners = np.array(np.meshgrid(*([-0.5, length - 0.5] for length in size))).reshape(3, -1)
    shifts = (one.affine - other.affine) @ np.vstack([corners, np.ones(8)])
    side = np.linalg.norm(one.affine[:3, :3], axis=0).min()
    return float(np.linalg.norm(shifts[:3], axis=0).max() / side)
