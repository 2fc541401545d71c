"""How viewers show the channels of an image: `omero` of OME-Zarr, and the channels of OME-TIFF.

Source: https://ngff.openmicroscopy.org/0.5/#omero-md. A reader takes entries as they are; what is written is valid.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from custom.settings.rules import is_finite

COLOURS = ["FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF", "FFFFFF"]
BOUNDS = ("min", "max", "start", "end")


def zarr_channels(attributes: dict[str, Any]) -> tuple[Any, ...]:
    """The entries of the channels in the OME attributes of a group; empty if there are none."""
    omero = attributes.get("omero")
    told = omero.get("channels") if isinstance(omero, dict) else None
    return tuple(told) if isinstance(told, list) else ()


def tiff_channels(pixels: Element) -> tuple[Any, ...]:
    """The entries of the channels in OME-TIFF's `Pixels`; empty ones for channels that share a name, as those of RGB do."""
    told: list[dict[str, str]] = []
    for channel in pixels.findall("{*}Channel"):
        samples, colour = channel.get("SamplesPerPixel", "1"), channel.get("Color", "")
        if samples != "1":
            told += [{}] * (int(samples) if re.fullmatch("[0-9]{1,3}", samples) else 1)
            continue
        rgba = int(colour) % 2**32 if re.fullmatch("-?[0-9]{1,10}", colour) else None  # a signed number of 32 bits
        told.append({"label": channel.get("Name", ""), **({} if rgba is None else {"color": f"{rgba >> 8:06X}"})})
    return tuple(told)


def channel_entry(number: int, dtype: str, told: tuple[Any, ...]) -> dict[str, Any]:
    """The entry of a channel that is written, with what is valid of its label, colour and window.

    Args:
        number: which channel of the image that is read, from 0.
        dtype: type of its values, whose range is the window unless a valid one is told.
        told: the entries of that image.
    """
    found = told[number] if number < len(told) and isinstance(told[number], dict) else {}
    label, colour, window = (found.get(name) for name in ("label", "color", "window"))
    is_colour = isinstance(colour, str) and re.fullmatch("[0-9a-fA-F]{6}", colour)
    return {
        "label": label if isinstance(label, str) and label.strip() else f"channel {number}",
        "color": colour if is_colour else COLOURS[number % len(COLOURS)],
        "window": _valid_window(window) or _whole_range(dtype),
        "active": True,
    }


def label_colours(classes: list[str]) -> list[dict[str, Any]]:
    """The `colors` of labels, one for each class but the background."""
    rgba = [[int(colour[at : at + 2], 16) for at in (0, 2, 4)] + [255] for colour in COLOURS]
    return [{"label-value": value, "rgba": rgba[(value - 1) % len(rgba)]} for value in range(1, max(2, len(classes)))]


def _valid_window(told: Any) -> dict[str, float]:
    """The bounds of a window; empty if one is missing or wrong."""
    if not isinstance(told, dict) or not all(is_finite(told.get(name)) for name in BOUNDS):
        return {}
    return {name: told[name] for name in BOUNDS} if told["min"] < told["max"] and told["start"] < told["end"] else {}


def _whole_range(dtype: str) -> dict[str, float]:
    kind = np.dtype(dtype)
    end = float(np.iinfo(kind).max) if kind.kind in "iu" else 1.0
    return {"min": 0.0, "max": end, "start": 0.0, "end": end}
