"""The OME-Zarr that is written: labels, instances and probabilities as pyramids, and the image itself at a coarse step."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from custom.large.grid import Block, Grid
from custom.large.ome_written import image_attributes
from custom.large.omero import channel_entry, label_colours
from custom.large.places import Folder
from custom.large.plan import chunk_side
from custom.large.settings import Settings
from custom.large.sources import AXES, Source
from custom.storage.atomic import synced
from custom.storage.disk_full import disk_full_in_one_line


def create_output(settings: Settings, source: Source) -> None:
    """Makes the groups and empty arrays of a job, those that are there already aside."""
    version, grid = settings.version, settings.grid
    root = zarr.open_group(settings.out, mode="a", zarr_format=3 if version == "0.5" else 2)
    kept = "".join(axis for axis in AXES if axis in settings.axes or axis in "yx")
    told: dict[str, Any] = {"scale": source.scale, "units": source.units, "shift": source.shift, "version": version}
    taken = range(source.channels) if source.channel is None else [source.channel]
    omero = {"channels": [channel_entry(number, settings.dtype, source.omero) for number in taken]}
    _pyramid(root, "image", grid, settings.dtype, kept, settings, {**told, "omero": omero})
    labels = root.require_group("labels")
    stored = ["segmentation", *(["instances"] if settings.instances else [])]
    labels.attrs.update({"ome": {"version": version, "labels": stored}} if version == "0.5" else {"labels": stored})
    spatial = kept.replace("c", "")
    for name in stored:
        dtype = "uint8" if name == "segmentation" else "uint32"
        more: dict[str, Any] = {"image-label": {"version": version, "source": {"image": "../../"}}}
        if name == "segmentation":
            more["image-label"]["colors"] = label_colours(settings.classes)
        _pyramid(labels.require_group(name), name, grid, dtype, spatial, settings, {**told, **more})
    if settings.probabilities:
        axes = "".join(axis for axis in AXES if axis in spatial or axis == "c")
        _pyramid(root.require_group("probabilities"), "probabilities", grid, "float32", axes, settings, told)


def write_block(settings: Settings, name: str, block: Block, values: NDArray[Any]) -> None:
    """Writes a block of a pyramid, on all of its levels.

    Args:
        settings: the job's settings.
        name: `labels/segmentation`, `labels/instances` or `probabilities`; empty for the image itself.
        block: the block whose chunks are written.
        values: (Z, Y, X), or (K, Z, Y, X) of probabilities and (C, Z, Y, X) of the image.
    """
    group = zarr.open_group(f"{settings.out}/{name}".rstrip("/"), mode="r+")
    for level in range(settings.levels):
        step = 2**level
        rows, columns = (slice(own.start // step, -(-own.stop // step)) for own in (block.y, block.x))
        place = {"t": slice(block.t, block.t + 1), "c": slice(None), "z": block.z, "y": rows, "x": columns}
        _write(group[str(level)], settings, values[None, ..., ::step, ::step], place, "c" if values.ndim == 4 else "")


def read_labels(settings: Settings, name: str, t: int, z: slice, y: slice, x: slice) -> NDArray[Any]:
    """A part (Z, Y, X) of the finest level of labels, `name` being `segmentation` or `instances`, at time point `t`."""
    array: Any = zarr.open_group(f"{settings.out}/labels/{name}", mode="r")["0"]
    place = {"t": t, "z": z, "y": y, "x": x}
    axes = [axis for axis in "tzyx" if axis in settings.axes or axis in "yx"]
    values = np.asarray(array[tuple(place[axis] for axis in axes)])
    return values if "z" in axes else values[None]


def _write(array: Any, settings: Settings, values: NDArray[Any], place: dict[str, slice], channel: str) -> None:
    """Writes values (T, [C,] Z, Y, X) and waits until their chunks are on the disk."""
    order = "t" + channel + "zyx"
    stored = [axis for axis in order if axis in settings.axes or axis in "yx" or axis == channel]
    if channel and "c" not in settings.axes and len(array.shape) < len(stored):
        stored.remove("c")
    index = tuple(0 if axis not in stored else slice(None) for axis in order)
    chosen, given = [place[axis] for axis in stored], np.ascontiguousarray(values[index])
    with disk_full_in_one_line(Path(Folder(settings.out).path).parent):
        try:
            array[tuple(chosen)] = given
        except (ValueError, RuntimeError):
            # Zarr first reads what is there, which a machine that went down may have left broken.
            for file in _files(array, settings, chosen):
                file.unlink()
            array[tuple(chosen)] = given
        for file in _files(array, settings, chosen):
            synced(file)


def _files(array: Any, settings: Settings, place: list[slice]) -> Iterator[Path]:
    """The files of a part's chunks, where they lie on a local disk."""
    if not Folder(settings.out).is_local:
        return
    sides = array.shards or array.chunks
    ends = [one.stop if one.stop is not None else size for one, size in zip(place, array.shape, strict=True)]
    ranges = [range((one.start or 0) // side, -(-end // side)) for one, side, end in zip(place, sides, ends, strict=True)]
    root = Path(str(array.store_path).removeprefix("file://"))
    for index in product(*ranges):
        file = root / array.metadata.encode_chunk_key(index)
        if file.is_file():
            yield file


def _pyramid(group: zarr.Group, name: str, grid: Grid, dtype: str, axes: str, settings: Settings, told: dict[str, Any]) -> None:
    channels = settings.shape[1] if name == "image" else int(settings.network["out_channels"])
    for level in range(settings.levels):
        t, z, *sizes = grid.shape
        rows, columns = (-(-size // 2**level) for size in sizes)
        block = tuple(side // 2**level for side in grid.block[1:])
        _array(group, str(level), (t, channels, z, rows, columns), (1, 1, grid.block[0], *block), dtype, axes, settings.version)
    paths = [(str(level), 2**level) for level in range(settings.levels)]
    group.attrs.update(image_attributes(name, axes, paths, **told))


def _array(
    group: zarr.Group, name: str, shape: tuple[int, ...], block: tuple[int, ...], dtype: str, axes: str, version: str
) -> None:
    """An array of which a block is whole chunks; in 0.5 one shard, so that there are few files."""
    if name in group:
        return
    chosen = [AXES.index(axis) for axis in axes]
    shards = tuple(block[place] for place in chosen)
    chunks = tuple(1 if axis in "tcz" else chunk_side(side) for axis, side in zip(axes, shards, strict=True))
    of_version: dict[str, Any] = {"chunk_key_encoding": {"name": "v2", "separator": "/"}}
    if version == "0.5":
        of_version = {"shards": shards, "dimension_names": list(axes)}
    sizes = [shape[place] for place in chosen]
    group.create_array(name, shape=sizes, chunks=chunks, dtype=dtype, fill_value=0, **of_version)
