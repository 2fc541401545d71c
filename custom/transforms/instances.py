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
from skimage.segmentation import watershed

from custom.transforms.touching import one_image


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
            part objects, and then grow from those that are left in order of distance, so that each goes to about the nearest
            object that it connects to; a border without an object becomes background.

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
    if not border.any() or not objects.any():
        return objects
    far = ndimage.distance_transform_edt(objects == 0)
    grown = watershed(far, objects, structure, mask=border | (objects > 0))  # type: ignore[no-untyped-call]
    return np.asarray(grown, np.int32)


class InstancesOfMasksd(MapTransform):
    """Passes instances (1, H, W) on; a mask, one value in several parts, becomes the instances of its connected components.

    The first such label is told in a warning, since cells that touch in a mask, at a corner too, become one, and a lone cell
    with a stray pixel two.
    """

    def __init__(self, keys: KeysCollection, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)
        self.has_warned = False

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with instances in place of masks; integers become int32."""
        result = dict(data)
        for key in self.key_iterator(result):
            image = one_image(key, result[key])
            components, number = ndimage.label(image > 0, structure=np.ones((3, 3)))
            if number > 1 and np.unique(image[image > 0]).size == 1:
                self._warn(result[key])
                instances = np.where(image > 0, components, image)[None]
                dtype = None if image.dtype.kind == "f" else torch.int32 if isinstance(result[key], torch.Tensor) else np.int32
                result[key] = convert_to_dst_type(instances, result[key], dtype=dtype)[0]
        return result

    def _warn(self, label: Any) -> None:
        if not self.has_warned:
            self.has_warned = True
            file = getattr(label, "meta", {}).get("filename_or_obj", "a label")
            warnings.warn(
                f"{file} is a mask, not instances: its connected components are taken for cells, touching ones for one; "
                "number the cells 1, 2 … to tell them apart",
                stacklevel=3,
            )


class ConnectedInstancesd(MapTransform):
    """`connected_instances` of each channel of (C, H, W) or (C, D, H, W) arrays or tensors, as int32 of the same kind."""

    def __init__(
        self, keys: KeysCollection, threshold: float = 0.5, connectivity: int = 1, allow_missing_keys: bool = False
    ) -> None:
        super().__init__(keys, allow_missing_keys)
        self.threshold = threshold
        self.connectivity = connectivity

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with instances in place of the masks or probability maps."""
        result = dict(data)
        for key in self.key_iterator(result):
            channels = [
                connected_instances(channel, threshold=self.threshold, connectivity=self.connectivity)
                for channel in convert_to_numpy(result[key])
            ]
            dtype = torch.int32 if isinstance(result[key], torch.Tensor) else np.int32
            result[key] = convert_to_dst_type(np.stack(channels), result[key], dtype=dtype)[0]
        return result
