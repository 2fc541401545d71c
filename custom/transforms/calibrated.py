"""Probabilities as they would be at another temperature."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform


class CalibratedProbabilitiesd(MapTransform):
    """Probabilities (K, …) of a mask (K = 1) or of classes, whose logits are divided by a temperature.

    Args:
        keys: the probabilities.
        temperature: above 0; 1 leaves them as they are.

    Raises:
        ValueError: if `temperature` is not above 0.
    """

    def __init__(self, keys: KeysCollection, temperature: float = 1.0) -> None:
        super().__init__(keys)
        if not temperature > 0:
            raise ValueError(f"temperature must be above 0, got {temperature!r}")
        self.temperature = temperature

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with calibrated probabilities."""
        result = dict(data)
        for key in self.key_iterator(result):
            result[key] = calibrated(result[key], self.temperature)
        return result


def calibrated(probabilities: Any, temperature: float) -> Any:
    """Probabilities (K, …) of a mask (K = 1) or of classes, whose logits are divided by a temperature; 1 changes nothing."""
    if temperature == 1:
        return probabilities
    if len(probabilities) == 1:
        return torch.sigmoid(torch.logit(probabilities) / temperature)
    return torch.softmax(torch.log(probabilities) / temperature, dim=0)
