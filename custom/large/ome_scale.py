"""Where the pixels of an OME-Zarr lie: what its transformations make of their size, and of the place of the first one.

Versions up to 0.5 have scales and translations alone; later drafts (RFC-5) also nest them in sequences, rotate and shear.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from custom.large.places import PlaceError
from custom.settings.rules import is_finite


def scale_and_shift(
    steps: list[dict[str, Any]], names: list[str], image: str, array: str
) -> tuple[dict[str, float], dict[str, float]]:
    """What transformations one after the other make of a pixel's size, and of the place of the first pixel.

    Args:
        steps: the transformations.
        names: letters of the axes.
        image: what the image is called, for errors.
        array: the place of its array, which has no transformations.

    Raises:
        ValueError: if one is neither a scale nor a translation, or its numbers are not one for each axis.
    """
    scale, shift = np.ones(len(names)), np.zeros(len(names))
    for step in _plain(steps):
        kind = step.get("type")
        if kind not in ("scale", "translation"):
            raise PlaceError(
                f"{image}: of its transformations scale and translation are read, not {kind!r}; write it with these alone, or "
                f"name {array!r}, of which no sizes are kept"
            )
        told: Any = step.get(kind)
        are_numbers = isinstance(told, list) and len(told) == len(names) and all(map(is_finite, told))
        if not are_numbers or (kind == "scale" and min(told) <= 0):
            rule = f"{len(names)} numbers{' above 0' if kind == 'scale' else ''}"
            raise PlaceError(f"{image}: {kind} must be {rule}, got {told!r}; mend its metadata")
        scale, shift = (scale * told, shift * told) if kind == "scale" else (scale, shift + told)
    return dict(zip(names, scale.tolist(), strict=True)), dict(zip(names, shift.tolist(), strict=True))


def _plain(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The steps without those that change nothing, and in the place of a sequence its own."""
    for step in steps:
        if step.get("type") == "sequence":
            yield from _plain(step.get("transformations") or [])
        elif step.get("type") != "identity":
            yield step
