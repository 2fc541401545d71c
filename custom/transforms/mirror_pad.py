"""Images continued as in a mirror, however small they are."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.inferers.tiles import mirrored


class MirrorPadd(MapTransform):
    """Images (C, H, W) mirrored at their borders, as often as needed; MONAI's reflection wants them larger than the margin.

    Args:
        keys: keys of the images.
        margin: pixels on each side, ≥ 0.
        least_px: least side of the result; what is missing then is added below and to the right.

    Raises:
        ValueError: if `margin` is negative.
    """

    def __init__(self, keys: KeysCollection, margin: int, least_px: int = 1) -> None:
        super().__init__(keys)
        if margin < 0:
            raise ValueError(f"margin must be at least 0, got {margin!r}")
        self.margin = margin
        self.least_px = least_px

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with larger images."""
        result = dict(data)
        for key in self.key_iterator(result):
            for axis in (-2, -1):
                size_px = result[key].shape[axis]
                last = max(size_px + self.margin, self.least_px - self.margin)
                places = torch.tensor(mirrored(-self.margin, last, size_px))
                result[key] = result[key].index_select(axis, places)
        return result
