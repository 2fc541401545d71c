"""Images to read from: OME-Zarr, plain Zarr, and TIFF through tifffile's Zarr view, all as (T, C, Z, Y, X)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import zarr
from numpy.typing import NDArray
from tifffile import TiffFile

from custom.files import is_picture
from custom.files.foreign import conversion_of
from custom.large.ome import read_level
from custom.large.places import PlaceError, in_one_line

AXES = "tczyx"
MOST_COUNTED = 10**6
Found = tuple[Any, str, dict[str, float], dict[str, str]]  # array, axes, sizes of pixels, their units
TIFF_AXES = {"S": "c", "C": "c", "Z": "z", "I": "z", "Q": "z", "T": "t", "Y": "y", "X": "x"}
ZIP_SUFFIXES = (".zip", ".ozx")
TIFF_SUFFIXES = (".tif", ".tiff", ".btf", ".tf8", ".svs", ".ndpi", ".scn", ".bif")


@dataclass(frozen=True)
class Source:
    """An image that is read in parts.

    Attributes:
        url: where it lies.
        array: its values, which are read when they are asked for.
        axes: letters of `tczyx`, one for each axis of the array.
        channel: the channel that is taken for the image, or None for all.
        scale: size of a pixel along an axis.
        units: units of the sizes.
    """

    url: str
    array: Any
    axes: str
    channel: int | None = None
    scale: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """(T, C, Z, Y, X)."""
        sizes = dict(zip(self.axes, self.array.shape, strict=True)) | ({} if self.channel is None else {"c": 1})
        return tuple(sizes.get(axis, 1) for axis in AXES)

    @property
    def chunk_rows(self) -> int:
        """Rows of a chunk."""
        return int(self.array.chunks[self.axes.index("y")])

    def read(self, t: int, z: int, rows: slice, columns: slice) -> NDArray[Any]:
        """A part (C, h, w) of a slice, as it is stored."""
        channels: Any = slice(None) if self.channel is None else slice(self.channel, self.channel + 1)
        chosen = {"t": t, "c": channels, "z": z, "y": rows, "x": columns}
        values = np.asarray(self.array[tuple(chosen[axis] for axis in self.axes)])
        kept = [axis for axis in self.axes if axis in "cyx"]
        if "c" not in kept:
            kept, values = ["c", *kept], values[None]
        return values.transpose([kept.index(axis) for axis in "cyx"])

    def missing_chunks(self) -> int:
        """Chunks that are not stored, which Zarr reads as the fill value; of a TIFF, or of more than a million chunks, 0."""
        if self.url.lower().endswith(TIFF_SUFFIXES):
            return 0
        if self.array.shards or self.array._nshards > MOST_COUNTED:
            return 0
        return int(self.array._nshards - self.array.nchunks_initialized)


def open_source(url: str, level: int = 0, axes: str | None = None, channel: int | None = None) -> Source:
    """The image at a path or URL.

    Args:
        url: path or URL of an OME-Zarr image, a Zarr array, or a TIFF.
        level: level of a pyramid, 0 for the finest.
        axes: letters of `tczyx` for the axes of an array that does not name them, or of a TIFF that gives them other names.
        channel: the only one to take, from 0; None for all.

    Raises:
        ValueError: if there is none, or if it cannot be read in parts.
    """
    with in_one_line(f"IN {url!r}", "name an OME-Zarr image, a Zarr array or a TIFF"):
        is_tiff = url.lower().endswith(TIFF_SUFFIXES)
        found = _tiff(url, level) if is_tiff else _zarr(url, level, axes)
    array, named, scale, units = found
    named = axes.lower() if axes and "?" in named else named
    if axes and axes.lower() != named:
        raise ValueError(f"axes: IN {url!r} names its axes {named}, not {axes}; leave --axes out")
    source = Source(url, array, named, channel, scale, units)
    _check(source)
    return source


def _check(source: Source) -> None:
    axes, name = source.axes, f"IN {source.url!r}"
    if len(axes) != source.array.ndim or len(set(axes)) != len(axes) or not {"y", "x"} <= set(axes) <= set(AXES):
        raise ValueError(f"{name}: axes must be one letter of tczyx for each of {source.array.ndim} axes, got {axes!r}")
    if not source.array.size:
        raise ValueError(f"{name} is empty, of shape {source.array.shape}; name an image with pixels")
    if source.array.dtype.kind not in "buif":
        raise ValueError(f"{name} holds {source.array.dtype}, not numbers; save it as whole numbers or floats")
    channels = dict(zip(axes, source.array.shape, strict=True)).get("c", 1)
    if source.channel is not None and not 0 <= source.channel < channels:
        raise ValueError(f"channel must lie in 0..{channels - 1} for {name}, got {source.channel}")


def _zarr(url: str, level: int, axes: str | None) -> Found:
    try:
        node = zarr.open(f"zip::{url}" if _is_zip(url) else url, mode="r")
    except FileNotFoundError:
        raise PlaceError(f"IN {url!r}: there is no Zarr array, group or TIFF; {_mend(url)}") from None
    if isinstance(node, zarr.Group):
        return read_level(node, url, level)
    if level:
        raise PlaceError(f"level must be 0 for the array {url!r}, which is no pyramid, got {level}")
    names = getattr(node.metadata, "dimension_names", None)
    told = axes or ("".join(map(str, names)) if names and all(names) else "yx" if node.ndim == 2 else "")
    if not told:
        raise PlaceError(f"IN {url!r} has {node.ndim} axes and does not name them: say which, such as --axes zyx")
    return node, told.lower(), {}, {}


def _is_zip(url: str) -> bool:
    return url.lower().endswith(ZIP_SUFFIXES) and "::" not in url


def _mend(url: str) -> str:
    path = Path(url)
    if not path.is_file():
        return "name another"
    if is_picture(path):
        return "python -m custom predict takes such images"
    return "unpack it" if _is_zip(url) else conversion_of(path) or "name another"


def _tiff(url: str, level: int) -> Found:
    file = fsspec.open(url).open()
    series = TiffFile(file).series[0]
    if not 0 <= level < len(series.levels):
        raise PlaceError(f"level must lie in 0..{len(series.levels) - 1} for {url!r}, got {level}")
    axes = "".join(TIFF_AXES.get(axis, "?") for axis in series.levels[level].axes)
    array: Any = zarr.open(series.aszarr(level=level), mode="r")
    shrink = series.shape[series.axes.index("X")] / array.shape[axes.index("x")] if "x" in axes else 1
    return array, axes, *_tiff_scale(series.parent, shrink)


def _tiff_scale(tiff: Any, shrink: float) -> tuple[dict[str, float], dict[str, str]]:
    """Sizes of pixels and their units, as OME-TIFF tells them."""
    if not tiff.is_ome:
        return {}, {}
    from tifffile import xml2dict

    image = xml2dict(tiff.ome_metadata).get("OME", {}).get("Image", {})
    pixels = (image[0] if isinstance(image, list) else image).get("Pixels", {})
    told = {axis: pixels.get(f"PhysicalSize{axis.upper()}") for axis in "zyx"}
    scale = {axis: float(size) * (1 if axis == "z" else shrink) for axis, size in told.items() if size}
    names = {"µm": "micrometer", "nm": "nanometer", "mm": "millimeter"}
    return scale, {axis: names.get(pixels.get(f"PhysicalSize{axis.upper()}Unit", "µm"), "micrometer") for axis in scale}
