"""What a network is given of an image: the channels that its record names, less their mean and by their deviation."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from monai.transforms import MapTransform
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from custom.large.sources import Source
from custom.transforms.grey import Greyd, luma
from custom.transforms.normalize import normalised_channel
from custom.transforms.one_channel import OneChanneld

MOST_ROWS = 512


class Statistics(NamedTuple):
    """Of all channels that a network may be given: mean and deviation, and whether red, green and blue are equal everywhere."""

    channels: list[tuple[float, float]]
    grey: bool = False


def candidates(values: NDArray[Any], channels: MapTransform) -> list[NDArray[np.float32]]:
    """The channels (h, w) whose statistics are needed; of `Greyd` on three channels the first, and the luma."""
    images = values.astype(np.float32)
    if _becomes_grey(channels, len(images)):
        return [images[0], luma(torch.from_numpy(images))[0].numpy()]
    return list(channels({"image": images})["image"])


def is_grey(values: NDArray[Any]) -> bool:
    """Whether there are three channels, and they are equal."""
    return len(values) == 3 and bool((values[0] == values[1]).all() and (values[0] == values[2]).all())


def _becomes_grey(channels: MapTransform, number: int) -> bool:
    """Whether a network sees three channels as one: the first if they are equal everywhere, else the luma."""
    return isinstance(channels, Greyd) and channels.channels == 1 and number == 3


class Reader:
    """Rows and columns of an image as a network takes them. All of a block and around it is read at once, each chunk once.

    Args:
        source: the image.
        t: time point.
        channels: the transform that the record of the weights names.
        statistics: mean and deviation of the whole image.
        factor: by which the network sees the image smaller.
        around: rows and columns that the network looks at for a block, of the image or of the image made smaller.
    """

    def __init__(
        self,
        source: Source,
        t: int,
        channels: MapTransform,
        statistics: Statistics,
        factor: int = 1,
        around: tuple[Sequence[int], Sequence[int]] = ((0,), (0,)),
    ) -> None:
        self.source, self.t, self.channels, self.statistics, self.factor = source, t, channels, statistics, factor
        self.around = self._hulls(around)
        self.held: dict[int, NDArray[Any]] = {}

    def __call__(self, slices: Sequence[int], rows: Sequence[int], columns: Sequence[int]) -> Tensor:
        """The pixels (B, C, h, w) at these places of the image, or of the image made smaller, float32 on the CPU."""
        own = self._hulls((rows, columns))
        chosen = [torch.tensor(places) - min(places) for places in (rows, columns)]
        straight = all(list(places) == list(range(min(places), max(places) + 1)) for places in (rows, columns))
        images = []
        for z in slices:
            image = self._normalised(torch.from_numpy(self.stored(z, *own).astype(np.float32)))
            if self.factor > 1:
                image = avg_pool2d(image[None], self.factor, ceil_mode=True)[0]
            images.append(image if straight else image[:, chosen[0][:, None], chosen[1]])
        return torch.stack(images)

    def stored(self, z: int, rows: slice, columns: slice) -> NDArray[Any]:
        """The values (C, h, w) of a part of a slice, as the image holds them."""
        (top, bottom), (left, right) = ((one.start, one.stop) for one in self.around)
        if rows.start < top or rows.stop > bottom or columns.start < left or columns.stop > right:  # parts that are widened
            return self.source.read(self.t, z, rows, columns)
        if z not in self.held:
            self.held[z] = np.ascontiguousarray(self.source.read(self.t, z, *self.around))
        return self.held[z][:, rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]

    def _hulls(self, places: tuple[Sequence[int], Sequence[int]]) -> tuple[slice, slice]:
        """Rows and columns of the image that such places are made of."""
        rows, columns = (
            slice(min(some) * self.factor, min((max(some) + 1) * self.factor, size))
            for some, size in zip(places, self.source.shape[-2:], strict=True)
        )
        return rows, columns

    def _normalised(self, image: Tensor) -> Tensor:
        if _becomes_grey(self.channels, len(image)):
            place, grey = (0, image) if self.statistics.grey else (1, luma(image))
            return normalised_channel(grey[0], *self.statistics.channels[place])[None]
        chosen = image if not isinstance(self.channels, OneChanneld | Greyd) else self.channels({"image": image})["image"]
        return torch.stack([normalised_channel(one, *told) for one, told in zip(chosen, self.statistics.channels, strict=True)])
