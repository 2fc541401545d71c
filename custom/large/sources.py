"""Images to read from: OME-Zarr, plain Zarr, and TIFF through tifffile's Zarr view, all as (T, C, Z, Y, X)."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from custom.files import is_picture
from custom.files.foreign import conversion_of
from custom.large.blosc import refuse_cut_chunks
from custom.large.ome import array_axes, read_level
from custom.large.places import PlaceError, in_one_line
from custom.large.tiff_view import is_tiff, tiff_view
from custom.large.view import View

AXES = "tczyx"
ZIP_SUFFIXES = (".zip", ".ozx")


@dataclass(frozen=True, kw_only=True)
class Source(View):
    """An image that is read in parts; a last channel that is alpha is left out.

    Attributes:
        url: where it lies.
        channel: the channel that is taken for the image, or None for all.
        notes: what its user should know of it.
    """

    url: str
    channel: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """(T, C, Z, Y, X)."""
        sizes = dict(zip(self.axes, self.array.shape, strict=True))
        sizes["c"] = self.channels if self.channel is None else 1
        return tuple(sizes.get(axis, 1) for axis in AXES)

    @property
    def channels(self) -> int:
        """Channels that can be taken."""
        return int(self.array.shape[self.axes.index("c")]) - self.alpha if "c" in self.axes else 1

    def columns_first(self) -> "Source":
        """The same image with its columns as rows."""
        return replace(self, axes=self.axes.translate(str.maketrans("xy", "yx")))

    def read(self, t: int, z: int, rows: slice, columns: slice) -> NDArray[Any]:
        """A part (C, h, w) of a slice, as it is stored."""
        channels = slice(self.channels) if self.channel is None else slice(self.channel, self.channel + 1)
        chosen: dict[str, Any] = {"t": t, "c": channels, "z": z, "y": rows, "x": columns}
        values = np.asarray(self.array[tuple(chosen[axis] for axis in self.axes)])
        kept = [axis for axis in self.axes if axis in "cyx"]
        if "c" not in kept:
            kept, values = ["c", *kept], values[None]
        return values.transpose([kept.index(axis) for axis in "cyx"])


def open_source(url: str, level: int = 0, axes: str | None = None, channel: int | None = None) -> Source:
    """The image at a path or URL.

    Args:
        url: path or URL of an OME-Zarr image, a Zarr array, or a TIFF.
        level: level of a pyramid, 0 for the finest.
        axes: letters of `tczyx` for the axes of an array that does not name them, or of a TIFF that names them otherwise.
        channel: the only one to take, from 0; None for all.

    Raises:
        ValueError: if there is none, or if it cannot be read in parts.
    """
    with in_one_line(f"IN {url!r}", "name an OME-Zarr image, a Zarr array or a TIFF"):
        found = tiff_view(url, level) if is_tiff(url) else _zarr(url, level, axes)
    named = axes.lower() if axes and ("?" in found.axes or found.pages) else found.axes
    if axes and axes.lower() != named:
        raise ValueError(f"axes: IN {url!r} names its axes {named}, not {axes}; leave --axes out")
    notes = found.told(named_by_hand=bool(axes))
    source = Source(**vars(found) | {"axes": named}, url=url, channel=channel, notes=notes)
    _check(source)
    return source


def _check(source: Source) -> None:
    axes, name = source.axes, f"IN {source.url!r}"
    mend = "; say which with --axes" if "?" in axes else ""
    if len(axes) != source.array.ndim or len(set(axes)) != len(axes) or not {"y", "x"} <= set(axes) <= set(AXES):
        raise ValueError(f"{name}: axes must be one letter of tczyx for each of {source.array.ndim} axes, got {axes!r}{mend}")
    if not source.array.size:
        raise ValueError(f"{name} is empty, of shape {source.array.shape}; name an image with pixels")
    if source.array.dtype.kind not in "buif":
        raise ValueError(f"{name} holds {source.array.dtype}, not numbers; save it as whole numbers or floats")
    if source.channel is not None and not 0 <= source.channel < source.channels:
        raise ValueError(f"channel must lie in 0..{source.channels - 1} for {name}, got {source.channel}")


def _zarr(url: str, level: int, axes: str | None) -> View:
    refuse_cut_chunks()
    try:
        # Consolidated metadata may be older than the arrays, and two nodes alone are asked for.
        node = zarr.open(f"zip::{url}" if _is_zip(url) else url, mode="r", use_consolidated=False)
    except FileNotFoundError:
        raise PlaceError(f"IN {url!r}: there is no Zarr array, group or TIFF; {_mend(url)}") from None
    if isinstance(node, zarr.Group):
        return read_level(node, url, level, axes)
    if level:
        raise PlaceError(f"level must be 0 for the array {url!r}, which is no pyramid, got {level}")
    told = axes or "".join(array_axes(node)) or ("yx" if node.ndim == 2 else "")
    if not told:
        raise PlaceError(f"IN {url!r} has {node.ndim} axes and does not name them: say which, such as --axes zyx")
    return View(node, told.lower())


def _is_zip(url: str) -> bool:
    return url.lower().endswith(ZIP_SUFFIXES) and "::" not in url


def _mend(url: str) -> str:
    path = Path(url)
    if (path / "attributes.json").is_file():
        return "save N5 as OME-Zarr, as Fiji does"
    if not path.is_file():
        return "name another"
    if is_picture(path):
        return "python -m custom predict takes such images"
    return "unpack it" if _is_zip(url) else conversion_of(path) or "name another"
