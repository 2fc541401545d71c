"""The variance that comes with logits, as an item of its own."""

from collections.abc import Hashable, Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform


class SplitVarianced(MapTransform):
    """Takes the last channel off logits (K + 1, …) of an `AveragingInferer` with `variance`.

    Args:
        keys: the logits.
        name: the key under which the variance (1, …) comes.
    """

    def __init__(self, keys: KeysCollection, name: str = "uncertainty") -> None:
        super().__init__(keys)
        self.name = name

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with logits (K, …) and the variance."""
        result = dict(data)
        for key in self.key_iterator(result):
            result[key], result[self.name] = result[key][:-1], result[key][-1:]
        return result
