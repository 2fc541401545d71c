"""MONAI's two steps from logits to a mask, quick for one class: MONAI copies the meta data of an image with each operation.

The values are those of MONAI's transforms, to the last bit; what they do besides is left to them.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.data import MetaTensor
from monai.transforms import Activationsd, AsDiscreted

from custom.transforms.meta import with_meta_of


class QuickActivationsd(Activationsd):
    """MONAI's `Activationsd`, whose arguments it takes; the sigmoid of an image in float32 takes a fifth of the time."""

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with probabilities."""
        if not (all(self.sigmoid) and not any(self.softmax) and not any(self.other) and _are_plain_floats(self, data)):
            return super().__call__(data)
        result = dict(data)
        for key in self.key_iterator(result):
            result[key] = with_meta_of(result[key], result[key].as_tensor().sigmoid())
        return result


class QuickAsDiscreted(AsDiscreted):
    """MONAI's `AsDiscreted`, whose arguments it takes; the mask of probabilities in float32 takes a fifth of the time."""

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with masks, 0 and 1, or labels, as float32."""
        others = any((*self.argmax, *self.to_onehot, *self.rounding, *self.converter.kwargs))
        if others or None in self.threshold or not _are_plain_floats(self, data):
            return super().__call__(data)
        result = dict(data)
        for key, threshold in self.key_iterator(result, self.threshold):
            values = result[key].as_tensor()
            # Into floats at once: a mask of its own, made into floats, takes six times as long.
            result[key] = with_meta_of(result[key], torch.ge(values, threshold, out=torch.empty_like(values)))
        return result


def _are_plain_floats(transform: Activationsd | AsDiscreted, data: Mapping[Hashable, Any]) -> bool:
    """Whether all of the items are images of MONAI in float32."""
    items = [data[key] for key in transform.key_iterator(dict(data))]
    return all(isinstance(item, MetaTensor) and item.dtype == torch.float32 for item in items)
