"""OME-Zarr's metadata, read of versions 0.4 and 0.5 and written of both.

Source: https://ngff.openmicroscopy.org/0.5/.
"""

from math import isfinite
from typing import Any

import zarr

from custom.large.places import PlaceError

UNITLESS = "tc"


def attributes_of(group: zarr.Group) -> dict[str, Any]:
    """The OME attributes of a group: in 0.5 below `ome`, in 0.4 beside others."""
    attributes = dict(group.attrs)
    told: Any = attributes.get("ome", attributes)
    return dict(told)


def read_level(group: zarr.Group, url: str, level: int) -> tuple[zarr.Array[Any], str, dict[str, float], dict[str, str]]:
    """The array of a level, its axes, and sizes of pixels and units by axis.

    Raises:
        ValueError: if the group is no image, or has no such level.
    """
    multiscales = attributes_of(group).get("multiscales")
    if not isinstance(multiscales, list) or not multiscales:
        inside = ", ".join(sorted(name for name, _ in group.members())[:4])
        raise PlaceError(f"IN {url!r} is a Zarr group without multiscales; name an image in it ({inside or 'it is empty'})")
    image = multiscales[0]
    names = _names_of_axes(image.get("axes"), url)
    datasets = image.get("datasets") or []
    if not 0 <= level < len(datasets):
        raise PlaceError(
            f"level must lie in 0..{len(datasets) - 1} for {url!r}, got {level}" if datasets else f"IN {url!r} has no levels"
        )
    path = datasets[level]["path"]
    array = group.get(path)
    if not isinstance(array, zarr.Array):
        raise PlaceError(f"IN {url!r}: level {level}, {path!r}, is no array; name another level")
    units = {name: axis["unit"] for name, axis in zip(names, image["axes"], strict=True) if "unit" in axis}
    if len(names) != array.ndim:  # told by who looks at axes of all formats
        return array, "".join(names), {}, units
    steps = [*datasets[level].get("coordinateTransformations", []), *image.get("coordinateTransformations", [])]
    scale = dict.fromkeys(names, 1.0)
    for sizes in (step.get("scale") for step in steps if step.get("type") == "scale"):
        if not _are_sizes(sizes, len(names)):
            raise PlaceError(f"IN {url!r}: scale must be {len(names)} numbers above 0, got {sizes!r}; mend its metadata")
        scale = {name: scale[name] * float(size) for name, size in zip(names, sizes, strict=True)}
    return array, "".join(names), scale, units


def _names_of_axes(axes: Any, url: str) -> list[str]:
    if not axes:
        raise PlaceError(f"IN {url!r} has multiscales without axes (before OME-Zarr 0.4); convert it to 0.4 or 0.5")
    names = [axis.get("name") if isinstance(axis, dict) else None for axis in axes]
    if not all(isinstance(name, str) for name in names):
        raise PlaceError(f"IN {url!r} has axes without names (OME-Zarr 0.3); convert it to 0.4 or 0.5")
    return list(map(str, names))


def _are_sizes(sizes: Any, number: int) -> bool:
    if not isinstance(sizes, list) or len(sizes) != number:
        return False
    return all(isinstance(size, int | float) and isfinite(size) and size > 0 for size in sizes)


def image_attributes(
    name: str,
    axes: str,
    paths: list[tuple[str, int]],
    scale: dict[str, float],
    units: dict[str, str],
    version: str,
    **more: Any,
) -> dict[str, Any]:
    """The attributes of an image.

    Args:
        name: name of the image.
        axes: letters of its axes.
        paths: paths of its levels, each with the step in rows and columns at which pixels of the source were taken.
        scale: size of a pixel of the source by axis.
        units: units of the sizes.
        version: 0.4 or 0.5.
        more: further OME attributes, such as `image-label`.
    """
    kinds = {"t": "time", "c": "channel"}
    told = [
        {"name": axis, "type": kinds.get(axis, "space"), **({"unit": units[axis]} if axis in units else {})} for axis in axes
    ]
    datasets = [
        {
            "path": path,
            "coordinateTransformations": [
                {"type": "scale", "scale": [scale.get(axis, 1.0) * (step if axis in "yx" else 1) for axis in axes]}
            ],
        }
        for path, step in paths
    ]
    image: dict[str, Any] = {"name": name, "axes": told, "datasets": datasets}
    if version == "0.5":
        return {"ome": {"version": version, "multiscales": [image], **more}}
    return {"multiscales": [{"version": version, **image}], **more}
