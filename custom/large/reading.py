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

MOST_ROWS = 2048


class Statistics(NamedTuple):
    """Of all channels that a network may be given: mean and deviation, and whether red, green and blue are equal everywhere."""

    channels: list[tuple[float, float]]
    grey: bool = False


def candidates(values: NDArray[Any], channels: MapTransform) -> list[NDArray[np.float32]]:
    """The channels (h, w) whose statistics are needed; of `Greyd` on three channels the first, and the luma."""
    images = values.astype(np.float32)
    if isinstance(channels, Greyd) and channels.channels == 1 and len(images) == 3:
        return [images[0], luma(torch.from_numpy(images))[0].numpy()]
    return list(channels({"image": images})["image"])


def is_grey(values: NDArray[Any]) -> bool:
    """Whether there are three channels, and they are equal."""
    return len(values) == 3 and bool((values[0] == values[1]).all() and (values[0] == values[2]).all())


class Reader:
    """Rows and columns of an image as a network takes them, read once for all strips that lie in a chunk.

    Args:
        source: the image.
        t: time point.
        channels: the transform that the record of the weights names.
        statistics: mean and deviation of the whole image.
        factor: by which the network sees the image smaller.
        own: slices of rows and of columns of which `image` keeps the values, as they are stored.
    """

    def __init__(
        self,
        source: Source,
        t: int,
        channels: MapTransform,
        statistics: Statistics,
        factor: int = 1,
        own: tuple[slice, slice] = (slice(0, 0), slice(0, 0)),
    ) -> None:
        self.source, self.t, self.channels, self.statistics, self.factor = source, t, channels, statistics, factor
        self.own = own
        self.kept: dict[int, NDArray[Any]] = {}
        self.held: tuple[int, slice, slice, NDArray[Any]] | None = None

    def __call__(self, slices: Sequence[int], rows: Sequence[int], columns: Sequence[int]) -> Tensor:
        """The pixels (B, C, h, w) at these places of the image, or of the image made smaller, float32 on the CPU."""
        own = [self._hull(places, size) for places, size in zip((rows, columns), self.source.shape[-2:], strict=True)]
        chosen = [torch.tensor(places) - min(places) for places in (rows, columns)]
        straight = all(list(places) == list(range(min(places), max(places) + 1)) for places in (rows, columns))
        images = []
        for z in slices:
            image = self._normalised(torch.from_numpy(self._stored(z, *own).astype(np.float32)))
            if self.factor > 1:
                image = avg_pool2d(image[None], self.factor, ceil_mode=True)[0]
            images.append(image if straight else image[:, chosen[0][:, None], chosen[1]])
        return torch.stack(images)

    def _hull(self, places: Sequence[int], size: int) -> slice:
        return slice(min(places) * self.factor, min((max(places) + 1) * self.factor, size))

    def _stored(self, z: int, rows: slice, columns: slice) -> NDArray[Any]:
        """A part (C, h, w) of a slice; whole rows of chunks are held, for the next part is mostly below."""
        held = self.held
        if held is None or held[0] != z or held[2] != columns or rows.start < held[1].start or rows.stop > held[1].stop:
            height, side = self.source.shape[-2], min(self.source.chunk_rows, MOST_ROWS)
            band = slice(rows.start, min(-(-rows.stop // side) * side, height))
            above = None
            if held is not None and held[0] == z and held[2] == columns and held[1].start <= band.start < held[1].stop:
                above = held[3][:, band.start - held[1].start :]
            start = band.start if above is None else held[1].stop  # type: ignore[index]
            values = self.source.read(self.t, z, slice(start, band.stop), columns)
            self._keep(z, slice(start, band.stop), columns, values)
            held = self.held = (z, band, columns, values if above is None else np.concatenate([above, values], axis=1))
        return held[3][:, rows.start - held[1].start : rows.stop - held[1].start]

    def image(self, slices: slice) -> NDArray[Any]:
        """The values (C, Z, Y, X) of the rows and columns that are its own, all of which were read."""
        return np.stack([self.kept[z] for z in range(slices.start, slices.stop)], axis=1)

    def _keep(self, z: int, rows: slice, columns: slice, values: NDArray[Any]) -> None:
        a, b = (
            slice(max(one.start, own.start), min(one.stop, own.stop))
            for one, own in zip((rows, columns), self.own, strict=True)
        )
        if a.start >= a.stop or b.start >= b.stop:
            return
        if z not in self.kept:
            height, width = (own.stop - own.start for own in self.own)
            self.kept[z] = np.empty((len(values), height, width), values.dtype)
        part = values[:, a.start - rows.start : a.stop - rows.start, b.start - columns.start : b.stop - columns.start]
        top, left = a.start - self.own[0].start, b.start - self.own[1].start
        self.kept[z][:, top : top + part.shape[1], left : left + part.shape[2]] = part

    def _normalised(self, image: Tensor) -> Tensor:
        if isinstance(self.channels, Greyd) and self.channels.channels == 1 and len(image) == 3:
            place = 0 if self.statistics.grey else 1
            chosen = image[:1] if self.statistics.grey else luma(image)
            return normalised_channel(chosen[0], *self.statistics.channels[place])[None]
        chosen = image if not isinstance(self.channels, OneChanneld | Greyd) else self.channels({"image": image})["image"]
        return torch.stack([normalised_channel(one, *told) for one, told in zip(chosen, self.statistics.channels, strict=True)])
