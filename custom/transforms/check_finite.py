"""A transform that lets no NaN and no infinite value into a training."""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.data.finite import LARGEST, MEND, kind_of_unusable


class CheckFinited(MapTransform):
    """Passes arrays on as they are, or refuses one with NaN, infinite or overly large values, which would make the loss NaN.

    Args:
        keys: keys of arrays of any shape.
        allow_missing_keys: whether a key may be absent.

    Raises:
        ValueError: (in a call) naming the file, if it is known, else the key.
    """

    def __init__(self, keys: KeysCollection, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items as they came."""
        for key in self.key_iterator(data):
            values = torch.as_tensor(data[key])
            wrong = values.numel() - int((values.abs() <= LARGEST).sum()) if values.is_floating_point() else 0
            if wrong:
                kind = kind_of_unusable(bool(values.isfinite().all()))
                name = _file(data[key]) or key
                raise ValueError(f"{name} holds {kind} in {wrong} of {values.numel()} places; {MEND}, or leave it out")
        return dict(data)


def _file(values: Any) -> str:
    return str(getattr(values, "meta", {}).get("filename_or_obj", ""))
