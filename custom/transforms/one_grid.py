"""Image and label on one grid: checked, or taken as it is stored."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.data.pairs import TOLERANCE, shift_in_voxels
from custom.files import Header
from custom.settings.table import SETTINGS


class OneGridd(MapTransform):
    """Labels that lie where their image does, to be used before anything turns or resamples either.

    Args:
        keys: keys of labels loaded by `LoadImaged`, channels first; a key may be absent.
        image_key: key of the image.
        label_geometry: `"file"` to refuse a label whose affine places it elsewhere; `"image"` to give it its image's affine, so
            that voxels belong together as they are stored.

    Raises:
        ValueError: if `label_geometry` is another word; in a call, if sizes differ, or affines where they must not.
    """

    def __init__(self, keys: KeysCollection, image_key: str = "image", label_geometry: str = "file") -> None:
        super().__init__(keys, allow_missing_keys=True)
        SETTINGS["label_geometry"].rule.check("label_geometry", label_geometry)
        self.image_key = image_key
        self.label_geometry = label_geometry

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items as they came."""
        result = dict(data)
        image = result[self.image_key]
        for key in self.key_iterator(result):
            label = result[key]
            if label.shape[1:] != image.shape[1:]:
                raise ValueError(
                    f"{key} has the shape {tuple(label.shape[1:])}, its image {tuple(image.shape[1:])}; save both on one grid"
                )
            if self.label_geometry == "file" and shift_in_voxels(_header(image), _header(label)) > TOLERANCE:
                raise ValueError(
                    f"the affine of the {key} places it elsewhere than its image; set label_geometry to image to ignore it"
                )
            # Also where they differ by rounding alone: between two axes, at 45°, it would turn them in two ways.
            label.affine = image.affine
        return result


def _header(image: Any) -> Header:
    return Header(tuple(image.shape[1:]), 1, np.dtype(np.float32), affine=np.asarray(image.affine, np.float64))
