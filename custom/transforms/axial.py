"""Volumes turned so that their slices are axial, and predictions turned back; what lies so already is not touched.

MONAI's own transforms take 2 ms for each picture, which has no place in space, to do and undo nothing.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.data import MetaTensor
from monai.transforms import Invertd, Orientationd


class AxialSlicesd(Orientationd):
    """MONAI's `Orientationd`, whose arguments it takes; images whose affine is the identity pass as they are."""

    def __call__(self, data: Mapping[Hashable, Any], lazy: bool | None = None) -> dict[Hashable, Any]:
        """The items, turned."""
        if all(_lies_straight(data[key]) for key in self.key_iterator(dict(data))):
            return dict(data)
        return super().__call__(data, lazy)


class InvertAxialSlicesd(Invertd):
    """MONAI's `Invertd`, whose arguments it takes; predictions of images to which nothing was done get their meta data."""

    def __call__(self, data: Mapping[Any, Any]) -> dict[Any, Any]:
        """The items, turned back."""
        pairs: list[tuple[Any, Any]] = [
            (data[key], data.get(original)) for key, original in self.key_iterator(dict(data), self.orig_keys)
        ]
        if not all(_is_as_read(image) and isinstance(pred, MetaTensor) for pred, image in pairs):
            return super().__call__(data)
        for pred, image in pairs:
            pred.meta = dict(image.meta)
        return dict(data)


def _lies_straight(image: Any) -> bool:
    """Whether an image is one of MONAI's with the axes right, front, head, as pictures are said to be."""
    return isinstance(image, MetaTensor) and torch.equal(image.affine, torch.eye(len(image.affine), dtype=image.affine.dtype))


def _is_as_read(image: Any) -> bool:
    return isinstance(image, MetaTensor) and not image.applied_operations
