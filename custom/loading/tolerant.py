"""A dataset whose broken items do not end the loop over the others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from monai.data import Dataset, MetaTensor, list_data_collate
from numpy.typing import NDArray

from custom.data.finite import MEND, kind_of_unusable
from custom.loading.reader import read_once
from custom.system.threads import one_thread
from custom.text.one_line import one_line

FAILURE, SHOWN = "failure", "shown"
OTHERS = "take other weights"


class TolerantDataset(Dataset):
    """Transformed images; an item that is broken comes untransformed, with the reason under the key `failure`.

    Broken is what cannot be read, has another number of channels than the network, or holds NaN or infinite values, and a
    volume whose voxels are all the same. A slice may be blank: a series often ends with such.

    Args:
        data: dictionaries with the path of an `image`.
        transform: loads and preprocesses it; a `FileReader` in it does not open the file again.
        in_channels: channels that each image must have; None to not ask.
        shown: makes of a picture's values, but not of a volume's, what comes under the key `shown`, such as
            `custom.figures.grey_picture`; None for nothing.
    """

    def __init__(
        self,
        data: Sequence[Mapping[str, Any]],
        transform: Callable[[Mapping[str, Any]], Any],
        in_channels: int | None,
        shown: Callable[[NDArray[Any]], NDArray[Any]] | None = None,
    ) -> None:
        super().__init__(data, transform)
        self.in_channels = in_channels
        self.shown = shown

    def _transform(self, index: int) -> Any:
        item = self.data[index]
        try:
            with one_thread(), read_once(item["image"]) as image:
                self._check(image.header.channels, image.header.affine is None)
                transformed = super()._transform(index)
                _check_values(transformed["image"])
        except Exception as error:  # decoders of broken files raise anything
            return {**item, FAILURE: reason(error)}
        if self.shown is not None and image.header.affine is None:
            transformed[SHOWN] = self.shown(image.values)
        return transformed

    def _check(self, channels: int, picture: bool) -> None:
        if self.in_channels not in (None, channels):
            colours = picture and self.in_channels == 1 and channels in (3, 4)
            mend = f"if these are colours, save the image as grey; else {OTHERS}" if colours else OTHERS
            raise ValueError(f"wrong channel count {channels}, the network takes {self.in_channels} as input_channels; {mend}")


def _check_values(image: torch.Tensor) -> None:
    values = image.as_tensor() if isinstance(image, MetaTensor) else image
    # One sum tells of almost all images that they are sound, at a fifth of the time.
    if not torch.isfinite(values.sum()) and not torch.isfinite(values).all():
        raise ValueError(f"holds {kind_of_unusable(False)}; {MEND}")
    if values.dim() > 3 and values.min() == values.max():
        raise ValueError("all voxels are the same; export the volume again")


def collate_tolerant(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A batch of those items of a `TolerantDataset` that are not broken, and under `failure` a reason or "" for every item."""
    sound = [item for item in items if FAILURE not in item]
    return {**(list_data_collate(sound) if sound else {}), FAILURE: [item.get(FAILURE, "") for item in items]}


def reason(error: BaseException) -> str:
    """What went wrong first, on one line: transforms and engines wrap an error in their own."""
    while error.__cause__ is not None:
        error = error.__cause__
    return one_line(error)
