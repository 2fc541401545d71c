"""What a viewer shows of an image and its prediction, as plain arrays."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

import nibabel
import numpy as np
from numpy.typing import NDArray

from custom.files import Image, count_pages, read_image, read_label
from custom.files.errors import named
from custom.viewer.predictions import Predicted

Kind = Literal["image", "labels"]


class Layer(NamedTuple):
    """A layer of napari: `Viewer.add_image` or `Viewer.add_labels` takes it.

    Attributes:
        kind: `image` or `labels`.
        name: shown in the list of layers.
        data: (H, W), (H, W, 3) of colours, or (D, H, W) with the patient's front on top and right on the left.
        scale: size of a voxel along each axis, in mm; of a picture 1.
        options: further arguments of napari.
    """

    kind: Kind
    name: str
    data: NDArray[Any]
    scale: tuple[float, ...]
    options: dict[str, Any]


def layers_of(predicted: Predicted, truth: Path | None = None, visible: bool = True) -> list[Layer]:
    """The layers of one image, the lowest first: image, probabilities, uncertainty, truth, prediction.

    The prediction's objects are shown where they were written, else its mask. Probabilities and uncertainty are switched off.

    Args:
        predicted: the image and its results.
        truth: its label, if it is known.
        visible: whether the layers are switched on.

    Raises:
        ValueError: if a file cannot be read; the message names it.
    """
    layers = _image_layers(predicted, visible)
    for kind, colours in (("probability", "viridis"), ("uncertainty", "inferno")):
        if kind in predicted.files:
            layers += _map_layers(predicted, kind, colours)
    if truth is not None:
        layers.append(_labels(f"{predicted.name}: truth", truth, visible, contour=2))
    shown = next((predicted.files[kind] for kind in ("instances", "mask") if kind in predicted.files), None)
    return [*layers, _labels(f"{predicted.name}: prediction", shown, visible)] if shown else layers


def _image_layers(predicted: Predicted, visible: bool) -> list[Layer]:
    image = _read(predicted.image)
    values, scale = _upright(image)
    name = f"{predicted.name}: image"
    if image.header.channels == 3 and image.header.affine is None and values.dtype == np.uint8:
        return [Layer("image", name, values, scale, {"rgb": True, "visible": visible})]
    channels = [values] if image.header.channels == 1 else list(np.moveaxis(values, -1, 0))
    names = [name] if len(channels) == 1 else [f"{name}, channel {number}" for number in range(1, len(channels) + 1)]
    return [
        Layer("image", one, channel, scale, {"colormap": "gray", "visible": visible and not place})
        for place, (one, channel) in enumerate(zip(names, channels, strict=True))
    ]


def _map_layers(predicted: Predicted, kind: str, colours: str) -> list[Layer]:
    """A layer for each class of a map of probabilities."""
    path = predicted.files[kind]
    pages = count_pages(str(path))
    images = [_read(f"{path}[{page}]") for page in range(pages)] if pages > 1 else [_read(path)]
    found = [_upright(image) for image in images]
    if images[0].header.channels > 1:
        values, scale = found[0]
        found = [(channel, scale) for channel in np.moveaxis(values, -1, 0)]
    names = [kind] if len(found) == 1 else [f"{kind} of class {index}" for index in range(len(found))]
    limits = (0.0, 1.0) if kind == "probability" else (0.0, 0.25)
    options = {"colormap": colours, "contrast_limits": limits, "opacity": 0.6, "visible": False}
    return [
        Layer("image", f"{predicted.name}: {name}", values, scale, options)
        for name, (values, scale) in zip(names, found, strict=True)
    ]


def _labels(name: str, path: Path, visible: bool, contour: int = 0) -> Layer:
    with named(path):
        values, scale = _upright(read_label(path))
    numbers = values.astype(np.int32)
    numbers = np.minimum(numbers, 1) if set(np.unique(numbers)) <= {0, 255} else numbers
    return Layer(
        "labels", name, numbers, scale, {"opacity": 0.5, "visible": visible, **({"contour": contour} if contour else {})}
    )


def _upright(image: Image) -> tuple[NDArray[Any], tuple[float, ...]]:
    """Values as a viewer draws them, the row axis last but one: (H, W), (D, H, W), and channels last; and the scale."""
    if image.header.affine is None:
        return image.values, (1.0, 1.0)
    values = image.values if image.values.ndim > 2 else image.values[:, :, None]
    turned = nibabel.apply_orientation(values, nibabel.io_orientation(image.header.affine))
    sizes = np.linalg.norm(image.header.affine[:3, :3], axis=0)
    order = [int(axis) for axis in nibabel.io_orientation(image.header.affine)[:, 0]]
    along = [float(sizes[order.index(axis)]) for axis in range(3)]
    # Axes of a canonical volume run to the right, the front and the top of the patient.
    return np.swapaxes(turned[::-1, ::-1], 0, 2), (along[2], along[1], along[0])


def _read(path: str | Path) -> Image:
    with named(path, "; the images must lie where they were predicted"):
        return read_image(path)
