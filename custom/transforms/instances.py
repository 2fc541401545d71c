"""Objects from a mask or a probability map: its connected components."""

import warnings
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from monai.utils import convert_to_dst_type, convert_to_numpy
from numpy.typing import NDArray
from scipy import ndimage

from custom.data.scattered import is_scattered
from custom.transforms.touching import one_image

MOST_STEPS = 64  # from an object into the border around it
OF_MASK = (
    "is a mask, not instances: its connected components are taken for cells, touching ones for one; number the cells 1, 2 … to "
    "tell them apart"
)
OF_CLASSES = (
    "has numbers of which most mark several parts, as classes do, or the rim of a smoothed mask; each number is taken for one "
    "cell: number the cells 1, 2 …"
)


def connected_instances(
    image: NDArray[Any], *, threshold: float = 0.5, connectivity: int = 1, min_size_px: int = 0, border_class: int = 0
) -> NDArray[np.int32]:
    """Objects 1, 2 … in raster order of their first pixel, borders aside, 0 elsewhere; of the shape of `image`.

    Args:
        image: mask or probabilities of the cells, (H, W) or (D, H, W), without channel; for membranes, of what is not membrane.
        threshold: what is above it belongs to an object; 0.5 suits masks, too.
        connectivity: steps along axes that join two pixels: 1 joins edges (4 neighbours in 2D), 2 also corners (8 in 2D).
        min_size_px: objects of fewer pixels, borders aside, become background, ≥ 0.
        border_class: what a mask holds between touching cells, ≥ 2, where its network has such a class, else 0. These pixels
            part objects, and then go to one that is left: `grown_into` says to which; a border without an object within
            `MOST_STEPS` becomes background.

    Raises:
        ValueError: if `connectivity` is out of 1 … number of axes, or `border_class` is 1 or negative.
    """
    if border_class < 0 or border_class == 1:
        raise ValueError(f"border_class must be at least 2, or 0 for none, got {border_class!r}")
    if not 1 <= connectivity <= image.ndim:
        raise ValueError(f"connectivity must lie in 1..{image.ndim} (the number of axes), got {connectivity!r}")
    structure = ndimage.generate_binary_structure(image.ndim, connectivity)
    border = (image == border_class) & (border_class != 0)
    instances, number = ndimage.label((image > threshold) & ~border, structure=structure, output=np.int32)
    kept = np.bincount(instances.ravel(), minlength=number + 1) >= min_size_px
    kept[0] = False
    objects = np.where(kept, np.cumsum(kept), 0)[instances].astype(np.int32)
    return grown_into(border, objects, structure)


def grown_into(border: NDArray[np.bool_], objects: NDArray[np.int32], structure: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The objects, and each border pixel with the number of the object that is the fewest steps away within the border.

    Of several, that which is nearest on a straight line, then that on the side which comes first in raster order. No pixel
    further than `MOST_STEPS` away has a say, so that a part of an image with so much around it grows as in the whole image.

    Args:
        border: what objects grow into.
        objects: 0 elsewhere.
        structure: steps from the middle pixel that join two pixels, 3 wide along each axis.
    """
    place: NDArray[np.int64] = np.argwhere(border)
    if not len(place) or not objects.any():
        return objects
    shape = tuple(size + 2 for size in objects.shape)
    origins = np.pad(np.where(objects, np.arange(1, objects.size + 1).reshape(objects.shape), 0), 1)  # 1 + flat index
    inside: NDArray[np.int64] = np.ravel_multi_index(tuple(np.argwhere(structure).T), shape)  # type: ignore[assignment]
    offsets, flat = inside - inside[len(inside) // 2], origins.reshape(-1)
    pending: NDArray[np.int64] = np.ravel_multi_index(tuple(place.T + 1), shape)
    for _ in range(MOST_STEPS):
        found = _nearest_origin(place, [flat[pending + offset] for offset in offsets if offset], objects.shape)
        if not found.any():
            break
        flat[pending] = found
        place, pending = place[found == 0], pending[found == 0]
    origins = origins[(slice(1, -1),) * objects.ndim]
    return np.where(origins, objects.reshape(-1)[origins - 1], 0).astype(np.int32)


def _nearest_origin(place: NDArray[np.int64], origins: list[NDArray[Any]], shape: tuple[int, ...]) -> NDArray[Any]:
    """Of the origins that the neighbours of pixels have, the nearest; 0 where none has one."""
    nearest, least = np.zeros(len(place), np.int64), np.full(len(place), np.iinfo(np.int64).max)
    for origin in origins:
        told = np.flatnonzero(origin)
        apart = np.stack(np.unravel_index(origin[told] - 1, shape), axis=1) - place[told]
        squares = (apart**2).sum(axis=1)
        nearer = squares < least[told]
        nearest[told[nearer]], least[told[nearer]] = origin[told[nearer]], squares[nearer]
    return nearest


class InstancesOfMasksd(MapTransform):
    """Passes instances (1, H, W) on; a mask, one value in several parts, becomes the instances of its connected components.

    The first such label is told in a warning, since cells that touch in a mask, at a corner too, become one, and a lone cell
    with a stray pixel two. So is the first label, if most of its numbers mark several parts, as classes do.
    """

    def __init__(self, keys: KeysCollection, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)
        self.has_warned, self.has_looked = False, False

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with instances in place of masks; integers become int32."""
        result = dict(data)
        for key in self.key_iterator(result):
            image = one_image(key, result[key])
            components, number = ndimage.label(image > 0, structure=np.ones((3, 3)))
            if number > 1 and np.unique(image[image > 0]).size == 1:
                self._warn(result[key], OF_MASK)
                instances = np.where(image > 0, components, image)[None]
                dtype = None if image.dtype.kind == "f" else torch.int32 if isinstance(result[key], torch.Tensor) else np.int32
                result[key] = convert_to_dst_type(instances, result[key], dtype=dtype)[0]
            elif number and not self.has_looked:
                self.has_looked = True
                if is_scattered(image):
                    self._warn(result[key], OF_CLASSES)
        return result

    def _warn(self, label: Any, told: str) -> None:
        if not self.has_warned:
            self.has_warned = True
            file = getattr(label, "meta", {}).get("filename_or_obj", "a label")
            warnings.warn(f"{file} {told}", stacklevel=3)


class ConnectedInstancesd(MapTransform):
    """`connected_instances` of each mask in the channels of (C, H, W) or (C, D, H, W), array or tensor, as int32."""

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with instances in place of the masks or probability maps."""
        result = dict(data)
        for key in self.key_iterator(result):
            channels = [connected_instances(channel) for channel in convert_to_numpy(result[key])]
            dtype = torch.int32 if isinstance(result[key], torch.Tensor) else np.int32
            result[key] = convert_to_dst_type(np.stack(channels), result[key], dtype=dtype)[0]
        return result
