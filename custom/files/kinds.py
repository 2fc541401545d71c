"""What each format tells of a file: its header, its values, or one line that says why it cannot be read.

::

    picture   values (H, W) or (H, W, C), upright, without a place in space
    volume    values (X, Y, Z) or (X, Y, Z, C), and the affine from voxels to millimetres: right, front, head (RAS)
"""

import os
import re
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.files.limit import check_claim

PAGE = re.compile(r"(?P<file>.+)\[(?P<page>\d+)\]")


@dataclass(frozen=True)
class Header:
    """What a file holds.

    Attributes:
        size: (H, W) of a picture, (X, Y) or (X, Y, Z) of a volume.
        channels: how many values a pixel has; an alpha channel, which says how a picture is shown, does not count.
        dtype: type of the values.
        pages: how many images the file holds.
        affine: (4, 4) to RAS millimetres; None for a picture.
        colours: what the values are if neither intensities nor red, green and blue, such as a palette's numbers; else empty.
        alpha: whether there is an alpha channel, which is dropped.
        white_is_zero: whether 0 is declared as white, though values are read as stored.
        white_first: whether a palette of greys, by which values are looked up, shows 0 as white.
        palette: red, green and blue of each number where values are those of a palette's colours; else empty.
        segments: names of segments with their numbers, as 3D Slicer and MITK tell them; else empty.
        orientation: the tag of a picture that is turned by it; 1 of others.
        lossy: whether it was compressed with loss, as by JPEG, so that numbers of a label are blurred.
        grid: what the format itself says of a volume's place, for a mask to be written beside it.
    """

    size: tuple[int, ...]
    channels: int
    dtype: np.dtype[Any]
    pages: int = 1
    affine: NDArray[np.float64] | None = None
    colours: str = ""
    alpha: bool = False
    white_is_zero: bool = False
    white_first: bool = False
    palette: bytes = field(default=b"", repr=False)
    segments: tuple[tuple[str, int], ...] = ()
    orientation: int = 1
    lossy: bool = False
    grid: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Image:
    """A header, and the values that go with it: with a last axis for channels if there are several.

    `only_alpha` says that all pixels have one colour, so that what is drawn is drawn in the alpha channel, which is dropped;
    `alpha_varies`, that this channel is not the same everywhere; `hides`, that transparent pixels among others have colours,
    which are not shown. `no_data` is the number that its file declares to stand for no data; None if it declares none.
    """

    header: Header
    values: NDArray[Any]
    only_alpha: bool = False
    no_data: float | None = None
    alpha_varies: bool = False
    hides: bool = False


def split_page(path: str | Path) -> tuple[Path, int | None]:
    """The file and the number of the page that `stack.tif[3]` names; None for a file as a whole."""
    match = PAGE.fullmatch(str(path))
    if match and not os.path.lexists(path):
        return Path(match["file"]), int(match["page"])
    return Path(path), None


def checked(header: Header, besides: int = 0) -> Header:
    """The header, if its values are numbers and fit into memory.

    Args:
        header: what a file says of its image.
        besides: bytes that are unpacked before its values.

    Raises:
        ValueError: if there is no pixel, values are no numbers, or the file claims more than `custom.files.limit` allows.
    """
    if 0 in header.size or header.channels == 0:
        raise ValueError(f"has the shape {header.size}, without a voxel; save it anew")
    if header.dtype.kind not in "biuf":
        raise ValueError(f"holds values of type {header.dtype}; save it as whole numbers or floats")
    check_claim(prod(header.size) * header.channels, header.dtype.itemsize, header.size, besides)
    return header


def check_on_grid(values: NDArray[Any], grid: Header) -> None:
    """Makes sure that values, with or without a last axis of classes, have the shape of the volume that they belong to.

    Raises:
        ValueError: if they have another one.
    """
    shape = values.shape[: len(grid.size)]
    if shape != grid.size:
        raise ValueError(f"the prediction has shape {shape}, the image {grid.size}; predict it again")


def without_alpha(header: Header, values: NDArray[Any]) -> Image:
    """The image of values, such as (H, W) or (X, Y, Z, C), which may hold an alpha channel as the last one."""
    if values.ndim == len(header.size):
        return Image(header, values)
    kept = values[..., 0] if header.channels == 1 else values[..., : header.channels]
    alpha = values[..., -1]
    varies = header.alpha and bool(alpha.min() < alpha.max())
    only_alpha = varies and bool((kept == kept[(0,) * len(header.size)]).all())
    return Image(header, kept, only_alpha, alpha_varies=varies, hides=varies and bool(kept[alpha == 0].any()))


def check_intensities(header: Header) -> None:
    """Makes sure that an image holds intensities.

    Raises:
        ValueError: if its values are others, such as numbers of a palette's colours.
    """
    if header.colours:
        raise ValueError(f"holds {header.colours}, not intensities; save it as grey or RGB")


def wrong_channels(header: Header, expected: int | None) -> str:
    """What is wrong with the number of channels; empty if nothing is, or none is expected."""
    if expected in (None, header.channels):
        return ""
    beside = " beside alpha, which is dropped" if header.alpha else ""
    return f"wrong channel count {header.channels}{beside}, expected {expected}"
