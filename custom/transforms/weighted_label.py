"""Labels of instances: classes of pixels, and the weight of each, which `WeightedCrossEntropy` takes."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.data.label_values import UNLABELLED
from custom.transforms.border_weights import BorderWeightMapd
from custom.transforms.instances import ConnectedInstancesd


class WeightedLabeld(MapTransform):
    """Makes the label (2, H, W) of a training from instances: the mask of the separated cells, and their `border_weight_map`.

    The instances (1, H, W) stand under `instances`. They go, since later transforms would not move them along. Where there are
    none, the components of the label, which then is a mask, are the cells. The mask is that of `cells_and_borders`, -1 where
    unlabelled.

    Args:
        keys: key of the label that is written.
        w0: height of the border term, 0 … 1e30; 0 gives the same mask without border weights.
        sigma: width of the border term in pixels, > 0.
        class_balance: whether cells and background get the same total weight.
        cell_fraction: share of cells in (0, 1) to balance by; by default that of the image.
        gap_px: width of the line between cells that touched, an even number ≥ 2.
        border_class: class of this line; 0, the default, makes it background.

    Raises:
        ValueError: (in a call) if there are no instances and the label holds other classes than 0 and 1.
    """

    def __init__(
        self,
        keys: KeysCollection,
        w0: float = 10.0,
        sigma: float = 5.0,
        class_balance: bool = True,
        cell_fraction: float | None = None,
        gap_px: int = 2,
        border_class: int = 0,
    ) -> None:
        super().__init__(keys)
        self.border_class = border_class
        self.border_weights = BorderWeightMapd(
            "instances", w0=w0, sigma=sigma, class_balance=class_balance, cell_fraction=cell_fraction, gap_px=gap_px
        )

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with the label in two channels and without instances."""
        result = dict(data)
        for key in self.keys:
            if "instances" not in result:
                result["instances"] = _components(result[key])
            touching = result["instances"]
            result = self.border_weights(result)
            weight, separated = result.pop("weight"), result.pop("instances")
            mask = torch.where(separated != touching, self.border_class, separated.clip(max=1))
            result[key] = torch.cat([mask.float(), weight])
        return result


def _components(label: Any) -> Any:
    if label.max() > 1:
        raise ValueError(
            f"border weights are for cells and background, but a label holds {int(label.max())}; "
            "mark cells alone, or train without these weights"
        )
    components = ConnectedInstancesd("label")({"label": label})["label"]
    return torch.where(label < 0, UNLABELLED, components)
