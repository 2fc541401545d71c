"""OME-Zarr's metadata, written of versions 0.4 and 0.5."""

from typing import Any


def image_attributes(
    name: str,
    axes: str,
    paths: list[tuple[str, int]],
    scale: dict[str, float],
    units: dict[str, str],
    shift: dict[str, float],
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
        shift: place of the first pixel of the source by axis.
        version: 0.4 or 0.5.
        more: further OME attributes, such as `image-label`.
    """
    kinds = {"t": "time", "c": "channel"}
    told = [
        {"name": axis, "type": kinds.get(axis, "space"), **({"unit": units[axis]} if axis in units else {})} for axis in axes
    ]
    moved = [{"type": "translation", "translation": [shift.get(axis, 0.0) for axis in axes]}] if any(shift.values()) else []
    datasets = []
    for path, step in paths:
        sizes = [scale.get(axis, 1.0) * (step if axis in "yx" else 1) for axis in axes]
        datasets.append({"path": path, "coordinateTransformations": [{"type": "scale", "scale": sizes}, *moved]})
    image: dict[str, Any] = {"name": name, "axes": told, "datasets": datasets}
    if version == "0.5":
        return {"ome": {"version": version, "multiscales": [image], **more}}
    return {"multiscales": [{"version": version, **image}], **more}
