"""How sure a network is of its mask, told from its probabilities before they become labels."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.transforms.calibrated import calibrated
from custom.transforms.meta import plain

EXPECTED = "expected_sums"


class ExpectedOverlapd(MapTransform):
    """Adds `expected_sums`, (F, 3), of which `custom.metrics.expected_overlap.dice_of_sums` makes the expected Dice.

    Put it between probabilities and labels. The labels are those of the probabilities as they come; the sums are of the
    calibrated ones.

    Args:
        keys: probabilities (1, …) of a mask, or (K, …) of classes.
        temperature: what the calibration divides logits by, above 0.
        threshold: the probability from which on a pixel of a mask is foreground.
        border_class: the class of borders between cells, which count as cells, or 0 for none.
    """

    def __init__(self, keys: KeysCollection, temperature: float = 1.0, threshold: float = 0.5, border_class: int = 0) -> None:
        super().__init__(keys)
        self.temperature = temperature
        self.threshold = threshold
        self.border_class = border_class

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with the sums."""
        from custom.metrics.expected_overlap import expected_sums  # MONAI Deploy has not what other metrics import

        result = dict(data)
        for key in self.key_iterator(result):
            probabilities = plain(torch.as_tensor(result[key]))
            values = calibrated(probabilities, self.temperature).cpu().numpy()[-max(len(probabilities) - 1, 1) :]
            result[EXPECTED] = expected_sums(values, self._masks(probabilities), self.border_class)
        return result

    def _masks(self, probabilities: torch.Tensor) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if len(probabilities) == 1:
            return (probabilities >= self.threshold).cpu().numpy()
        labels = probabilities.argmax(dim=0).cpu().numpy()
        return np.stack([labels == index for index in range(1, len(probabilities))])
