"""OME-Zarr's metadata, read of versions 0.1 to 0.5.

Source: https://ngff.openmicroscopy.org/0.5/. Versions 0.1 and 0.2 do not name the axes, which are always t, c, z, y and x; 0.3
gives their letters alone.
"""

from itertools import pairwise
from typing import Any
from warnings import catch_warnings

import zarr

from custom.large.ome_scale import scale_and_shift
from custom.large.omero import zarr_channels
from custom.large.places import PlaceError
from custom.large.view import View

UNNAMED_AXES = "tczyx"


def attributes_of(group: zarr.Group) -> dict[str, Any]:
    """The OME attributes of a group: in 0.5 below `ome`, in 0.4 beside others."""
    attributes = dict(group.attrs)
    told: Any = attributes.get("ome", attributes)
    return dict(told) if isinstance(told, dict) else {}


def letter(name: str, kind: str = "") -> str:
    """The letter of an axis: of `tczyx`, by its name or by what it is; `?` if neither tells."""
    short = name.lower()
    return short if short in set(UNNAMED_AXES) else {"time": "t", "channel": "c"}.get(kind or short, "?")


def array_axes(array: zarr.Array[Any]) -> list[str]:
    """The letters of the axes as an array itself names them, of version 2 as xarray does; none without names."""
    names = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS")
    return [letter(str(name)) for name in names] if isinstance(names, list | tuple) and all(names) else []


def read_level(group: zarr.Group, url: str, level: int, axes: str | None = None) -> View:
    """A level of an image.

    Args:
        group: an image.
        url: its place, for errors.
        level: number of the level, 0 for the finest.
        axes: letters in place of names that are others.

    Raises:
        ValueError: if the group is no image, or has no such level.
    """
    attributes = attributes_of(group)
    if "image-label" in attributes:
        raise PlaceError(f"IN {url!r} holds labels, not an image; name the image that they belong to")
    multiscales = attributes.get("multiscales")
    if not isinstance(multiscales, list) or not multiscales:
        raise PlaceError(f"IN {url!r} is a Zarr group without multiscales; name an image in it ({_images_in(group)})")
    image = multiscales[0]
    told_axes = _axes(image, url)
    names = [letter(axis["name"], axis.get("type", "")) for axis in told_axes]
    names = list(axes.lower()) if axes and "?" in names and len(axes) == len(names) else names
    datasets = image.get("datasets") or []
    if not 0 <= level < len(datasets):
        raise PlaceError(
            f"level must lie in 0..{len(datasets) - 1} for {url!r}, got {level}" if datasets else f"IN {url!r} has no levels"
        )
    path = str(datasets[level].get("path"))
    array = group.get(path)
    if not isinstance(array, zarr.Array):
        raise PlaceError(f"IN {url!r}: level {level}, {path!r}, is no array; name another level")
    units = {name: axis["unit"] for name, axis in zip(names, told_axes, strict=True) if axis.get("unit")}
    if len(names) != array.ndim:  # told by who looks at axes of all formats
        return View(array, "".join(names), units=units)
    _check_names(array, names, url)
    _check_order([group.get(str(dataset.get("path"))) for dataset in datasets], names, url)
    steps = [step for told in (datasets[level], image) for step in told.get("coordinateTransformations") or []]
    scale, shift = scale_and_shift(steps, names, f"IN {url!r}", f"{url.rstrip('/')}/{path}")
    more = f"further images of its metadata: {len(multiscales) - 1}" if len(multiscales) > 1 else ""
    return View(array, "".join(names), scale, units, shift, left_out=more, omero=zarr_channels(attributes))


def _check_names(array: zarr.Array[Any], names: list[str], url: str) -> None:
    """Of axes that the array itself names otherwise, nobody can say which name is right."""
    told = array_axes(array)
    if told and not {"?"} & {*told, *names} and told != names:
        axes = f"its metadata name the axes {''.join(names)}, its array {''.join(told)}"
        raise PlaceError(f"IN {url!r}: {axes}; mend one of them")


def _check_order(levels: list[Any], names: list[str], url: str) -> None:
    places = [names.index(axis) for axis in "yx" if axis in names]
    sizes = [[level.shape[place] for place in places] for level in levels if getattr(level, "ndim", 0) == len(names)]
    for finer, coarser in pairwise(sizes):
        if any(small > large for small, large in zip(coarser, finer, strict=True)):
            told = " before ".join("×".join(map(str, one)) for one in (finer, coarser))
            raise PlaceError(
                f"IN {url!r}: its levels must go from the finest to the coarsest, got {told} px; mend its metadata"
            )


def _axes(image: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """The axes of an image, as version 0.4 writes them."""
    if image.get("coordinateSystems"):
        raise PlaceError(f"IN {url!r} is of OME-Zarr 0.6 or newer, and 0.1 to 0.5 are read; write it as 0.5")
    axes = image.get("axes") or list(UNNAMED_AXES)
    told = [axis if isinstance(axis, dict) else {"name": axis} for axis in axes]
    if not all(isinstance(axis.get("name"), str) for axis in told):
        raise PlaceError(f"IN {url!r} has axes without names; name them in its metadata")
    return told


def _images_in(group: zarr.Group) -> str:
    """The paths of the first images in a group that holds several, such as a plate, a well, or what bioformats2raw writes."""
    with catch_warnings(action="ignore"):  # zarr warns of OME/METADATA.ome.xml, which is no node
        inside = [(name, node) for name, node in sorted(group.members()) if name != "OME"]
        return ", ".join(_first_image(name, node) for name, node in inside[:4]) or "it is empty"


def _first_image(path: str, node: zarr.Array[Any] | zarr.Group) -> str:
    while isinstance(node, zarr.Group) and not attributes_of(node).get("multiscales"):
        below = sorted(node.members())
        if not below:
            break
        path, node = f"{path}/{below[0][0]}", below[0][1]
    return path
