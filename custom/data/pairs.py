"""An image and its mask, `<name>.<ext>` and `<name>_mask.<ext>`: whether they fit, as far as their headers tell."""

import os
from pathlib import Path
from typing import NamedTuple

from custom.data.image_files import NIFTI_SUFFIXES, Header, check_intensities, read_header


class Problem(NamedTuple):
    """A file, and in half a line what is wrong with it."""

    path: Path
    message: str


def read_pair(
    image: Path, label: Path, *, folder: str | Path, in_channels: int | None
) -> tuple[dict[Path, Header], list[Problem]]:
    """Headers of those of the two files that have a readable one, and all that is wrong with the pair.

    A symlink that leads out of `folder` is a problem and not followed.
    """
    headers: dict[Path, Header] = {}
    problems = []
    for path in (image, label) if os.path.lexists(label) else (image,):
        try:
            if leads_out(path, folder):
                raise ValueError("is a symlink out of the folder")
            header = read_header(path)
            if path == image:
                check_intensities(path)
            headers[path] = header
        except ValueError as error:
            problems.append(Problem(path, str(error)))
    if not os.path.lexists(label):
        problems.append(Problem(image, f"missing mask {label.name}"))
    if image in headers and in_channels not in (None, headers[image].channels):
        problems.append(Problem(image, f"wrong channel count {headers[image].channels}, expected {in_channels}"))
    if label in headers and headers[label].channels != 1:
        problems.append(Problem(label, f"wrong channel count {headers[label].channels}, a mask has 1: save it as grey"))
    if len({str(path).lower().endswith(NIFTI_SUFFIXES) for path in headers}) == 2:
        problems.append(Problem(label, "is NIfTI or its image is, not both, so that their axes differ: save both alike"))
    elif len(headers) == 2 and headers[image].size != headers[label].size:
        sizes = " against ".join("×".join(map(str, headers[path].size)) for path in (label, image))
        problems.append(Problem(label, f"its shape differs from its image's: {sizes}"))
    return headers, problems


def leads_out(path: str | Path, folder: str | Path) -> bool:
    """Whether the path, or a folder on the way to it, is a symlink to a place outside of `folder`."""
    return not os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))
