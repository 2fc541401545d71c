"""Probabilities as they would be at another temperature."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from numpy.typing import NDArray


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


def calibrated_array(probabilities: NDArray[np.floating[Any]], temperature: float) -> NDArray[np.floating[Any]]:
    """`calibrated` of an array, up to rounding, in two thirds of the time: numpy is quicker at logarithms than torch."""
    if temperature == 1:
        return probabilities
    if len(probabilities) > 1:
        powers = _power(probabilities.copy(), 1 / temperature)
        return powers / powers.sum(axis=0)
    with np.errstate(divide="ignore", over="ignore"):  # of 0, which stays 0
        odds_against = (1 - probabilities) / probabilities
    powers = _power(odds_against, 1 / temperature)
    powers += 1
    return np.reciprocal(powers, out=powers)


def _power(values: NDArray[np.floating[Any]], exponent: float) -> NDArray[np.floating[Any]]:
    """Values of at least 0 to the power of an exponent, in place; numpy's own power takes longer."""
    with np.errstate(divide="ignore", over="ignore"):
        np.log(values, out=values)
        values *= exponent
        return np.exp(values, out=values)
