"""How sure a network is of its mask, told from its probabilities before they become labels.

Sums over pixels, of which the expected Dice of an image, or of all images of a patient together, is made.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from numpy.typing import NDArray

from custom.transforms.calibrated import calibrated
from custom.transforms.meta import plain

EXPECTED = "expected_sums"


def expected_sums(values: NDArray[Any], masks: NDArray[np.bool_], border_class: int = 0) -> NDArray[np.float64]:
    """(F, 3) of each foreground class: probabilities within its mask, pixels of its mask, all probabilities.

    Args:
        values: probabilities (F, …) of the foreground classes, in [0, 1].
        masks: which pixels (F, …) are predicted as each of them.
        border_class: the last class, if it is of borders between touching cells, which count as class 1 and have no row of
            their own; 0 for none.
    """
    values, masks = values.reshape(len(values), -1), masks.reshape(len(masks), -1)
    if border_class:
        values = np.concatenate([np.minimum(values[:1] + values[-1:], 1), values[1:-1]])
        masks = np.concatenate([masks[:1] | masks[-1:], masks[1:-1]])
    inside = [own[mask].sum(dtype=np.float64) for own, mask in zip(values, masks, strict=True)]
    parts = inside, np.count_nonzero(masks, axis=1), values.sum(axis=1, dtype=np.float64)
    return np.stack(parts, axis=1).astype(np.float64)


def dice_of_sums(sums: NDArray[np.float64]) -> float:
    """`custom.metrics.expected_dice` of the pixels of `expected_sums`, in [0, 1]; the mean over the foreground classes."""
    inside, sizes = sums[:, 0], sums[:, 1] + sums[:, 2]
    return float(np.where(sizes > 0, 2 * inside / np.maximum(sizes, 1e-12), 1.0).mean())


class ExpectedOverlapd(MapTransform):
    """Adds `expected_sums`, (F, 3), of which `dice_of_sums` makes the expected Dice.

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
        result = dict(data)
        for key in self.key_iterator(result):
            probabilities = plain(torch.as_tensor(result[key]))
            values = calibrated(probabilities, self.temperature).cpu().numpy()[-max(len(probabilities) - 1, 1) :]
            result[EXPECTED] = expected_sums(values, self._masks(probabilities), self.border_class)
        return result

    def _masks(self, probabilities: torch.Tensor) -> NDArray[np.bool_]:
        if len(probabilities) == 1:
            return (probabilities >= self.threshold).cpu().numpy()
        labels = probabilities.argmax(dim=0).cpu().numpy()
        return np.stack([labels == index for index in range(1, len(probabilities))])
