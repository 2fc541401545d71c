"""A transform that lets only the labels through that the loss can take."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from monai.utils import convert_to_dst_type

from custom.data.label_values import WHITES, wrong_values
from custom.files import whole_numbers


class CheckLabelsd(MapTransform):
    """Passes labels on, nearly whole values rounded, or refuses those that would be trained on in silence or end in an error.

    Args:
        keys: keys of the labels, of any shape.
        num_classes: labels hold whole numbers below it.
        binary: labels hold 0 and 1, or 0 and 255, instead.
        allow_missing_keys: whether a key may be absent.

    Raises:
        ValueError: (in a call) if a label holds another value; the message names the first such.
    """

    def __init__(self, keys: KeysCollection, num_classes: int, binary: bool, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)
        self.num_classes = num_classes
        self.binary = binary

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The same items, with labels of whole numbers."""
        result = dict(data)
        for key in self.key_iterator(result):
            stored = np.asarray(result[key])
            whole = whole_numbers(stored)
            if whole is not stored:
                result[key] = convert_to_dst_type(whole, result[key])[0]
            self._check(torch.unique(torch.as_tensor(result[key])).tolist())
        return result

    def _check(self, values: list[float]) -> None:
        wrong, rule = wrong_values(values, num_classes=self.num_classes, binary=self.binary)
        if wrong:
            odd = next((value for value in wrong if value not in (0, *WHITES)), wrong[0])
            raise ValueError(f"a label holds {odd:g}, but must hold {rule}")
