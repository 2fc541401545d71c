"""The part of a frame in which the Cell Tracking Challenge annotates every cell.

Cells that lie wholly within some pixels of the frame's border may be without annotation there, so that this border is no
background. Source: the challenge's description of its annotations; Maška et al. (2014), doi:10.1093/bioinformatics/btu080.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.data.label_values import UNLABELLED


class FieldOfInterestd(MapTransform):
    """Marks the background near the border of instances (1, H, W) as unlabelled, -1; cells that reach into it stay.

    Args:
        keys: keys of the instances.
        border_px: width of that border, ≥ 0; 50 for PhC-C2DH-U373 and DIC-C2DH-HeLa.

    Raises:
        ValueError: if `border_px` is negative.
    """

    def __init__(self, keys: KeysCollection, border_px: int) -> None:
        super().__init__(keys)
        if border_px < 0:
            raise ValueError(f"border_px must be at least 0, got {border_px!r}")
        self.border_px = border_px

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with unlabelled pixels in their instances."""
        result = dict(data)
        for key in self.key_iterator(result):
            border = torch.ones(result[key].shape, dtype=torch.bool)
            edge = self.border_px
            border[:, edge : border.shape[1] - edge, edge : border.shape[2] - edge] = False
            instances = result[key] if result[key].dtype.is_signed else result[key].int()
            result[key] = torch.where(border & (instances == 0), UNLABELLED, instances)
        return result
