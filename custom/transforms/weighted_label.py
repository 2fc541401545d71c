"""The label that `WeightedCrossEntropy` takes: classes, and the weight of each pixel."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.transforms.border_weights import BorderWeightMapd


class WeightedLabeld(MapTransform):
    """Makes instances the label (2, H, W) of a training: the mask of the separated cells, and their `border_weight_map`.

    The mask is 1 in cells, 0 in the background, which parts cells that touched, and -1 where unlabelled. The instances go,
    since later transforms would not move them along.

    Args:
        keys: of the label that is written.
        instances_key: of the instances (1, H, W).
        w0: as for `border_weight_map`, like all that follow; 0 gives the same mask without border weights.
        sigma: see there.
        class_balance: see there.
        ignore_index: see there.
    """

    def __init__(
        self,
        keys: KeysCollection,
        instances_key: str = "instances",
        w0: float = 10.0,
        sigma: float = 5.0,
        class_balance: bool = True,
        ignore_index: int = -1,
    ) -> None:
        super().__init__(keys)
        self.instances_key = instances_key
        self.border_weights = BorderWeightMapd(
            instances_key, w0=w0, sigma=sigma, class_balance=class_balance, ignore_index=ignore_index
        )

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with the label in two channels and without instances."""
        result = self.border_weights(data)
        weight, instances = result.pop("weight"), result.pop(self.instances_key)
        for key in self.keys:
            result[key] = torch.cat([instances.clip(max=1).float(), weight])
        return result
