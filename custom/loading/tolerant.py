"""A dataset whose broken items do not end the loop over the others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from monai.data import Dataset, list_data_collate

from custom.files import read_header

FAILURE = "failure"


class TolerantDataset(Dataset):
    """Transformed images; an item that is broken comes untransformed, with the reason under the key `failure`.

    Broken is what cannot be read, has another number of channels than the network, or holds NaN or infinite values, and a
    volume whose voxels are all the same. A slice may be blank: a series often ends with such.

    Args:
        data: dictionaries with the path of an `image`.
        transform: loads and preprocesses it.
        in_channels: channels that each image must have; None to not ask.
    """

    def __init__(
        self, data: Sequence[Mapping[str, Any]], transform: Callable[[Mapping[str, Any]], Any], in_channels: int | None
    ) -> None:
        super().__init__(data, transform)
        self.in_channels = in_channels

    def _transform(self, index: int) -> Any:
        item = self.data[index]
        try:
            channels = read_header(item["image"]).channels
            if self.in_channels not in (None, channels):
                raise ValueError(f"wrong channel count {channels}, the network takes {self.in_channels} as input_channels")
            transformed = super()._transform(index)
            if not torch.isfinite(transformed["image"]).all():
                raise ValueError("holds NaN or infinite values")
            if transformed["image"].dim() > 3 and transformed["image"].min() == transformed["image"].max():
                raise ValueError("all voxels are the same; export the volume again")
        except Exception as error:  # decoders of broken files raise anything
            return {**item, FAILURE: reason(error)}
        return transformed


def collate_tolerant(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A batch of those items of a `TolerantDataset` that are not broken, and under `failure` a reason or "" for every item."""
    sound = [item for item in items if FAILURE not in item]
    return {**(list_data_collate(sound) if sound else {}), FAILURE: [item.get(FAILURE, "") for item in items]}


def reason(error: BaseException) -> str:
    """What went wrong first, on one line: transforms and engines wrap an error in their own."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split()) or type(error).__name__
