"""Batches of images that differ in size, each batch of one size."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any, Protocol


class Items(Sized, Protocol):
    """A dataset of dictionaries."""

    def __getitem__(self, index: int) -> Mapping[str, Any]:
        """The item."""


class SameSizeBatches:
    """Batches of indices into a dataset, for the `batch_sampler` of a `DataLoader`: only images of one shape share a batch.

    Where all are of one shape, these are the batches that a `DataLoader` would make, in their order. Otherwise the full batches
    come as they fill, and then what is left of each shape. A shape is asked of its item once; of a `CacheDataset` without
    random transforms, which gives what it holds, no file is read.

    Args:
        dataset: its items have an array or tensor `image`.
        batch_size: images in a full batch, ≥ 1.
        sampler: indices in their order, such as the share of a process; by default all.

    Raises:
        ValueError: if `batch_size` is below 1.
    """

    def __init__(self, dataset: Items, batch_size: int, sampler: Iterable[int] | None = None) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size!r}")
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = range(len(dataset)) if sampler is None else sampler
        self._shapes: dict[int, Sequence[int]] = {}

    def __iter__(self) -> Iterator[list[int]]:
        """The batches."""
        open_batches: dict[Sequence[int], list[int]] = {}
        for index in self.sampler:
            batch = open_batches.setdefault(self._shape(index), [])
            batch.append(index)
            if len(batch) == self.batch_size:
                yield open_batches.pop(self._shape(index))
        yield from open_batches.values()

    def __len__(self) -> int:
        """The number of batches."""
        return sum(1 for _ in self)

    def _shape(self, index: int) -> Sequence[int]:
        if index not in self._shapes:
            self._shapes[index] = tuple(self.dataset[index]["image"].shape)
        return self._shapes[index]
