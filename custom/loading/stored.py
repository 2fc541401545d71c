"""A cache in as few bytes as the files' values need, whose items draw by their own numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custom.data.cache_folder import cache_folder
from custom.loading.cached import CachedSlices
from custom.loading.draws import DRAW, item_seed
from custom.loading.shelf import Shelf


class StoredSlices(CachedSlices):
    """`CachedSlices` whose cache takes a quarter of the memory if the files hold 8 bits, and may be larger than memory.

    Items come out of it bit for bit as they went in. With a `seed` each item's random transforms draw by (seed, epoch, index of
    the item) alone, and each of its patches bears (seed, epoch, index, number of the patch) as `draw`, by which
    `BatchAugmentation` draws. `epoch` is an attribute, which `EpochSeed` sets.

    Args:
        data: dictionaries of paths.
        transform: MONAI's `Compose`; what stands before its first random transform is cached.
        seed: start of all random numbers, ≥ 0; without it random transforms draw from their own state.
        cache_mb: the cache's limit in memory, in MiB; beyond it, it lies in a file in `cache_folder`.

    Raises:
        ValueError: if `cache_mb` is negative.
    """

    def __init__(
        self, data: Sequence[Mapping[str, Any]], transform: Any, seed: int | None = None, cache_mb: float = 8192
    ) -> None:
        if cache_mb < 0:
            raise ValueError(f"cache_mb must be at least 0, got {cache_mb!r}")
        self.shelf = Shelf(cache_mb, cache_folder())
        self.seed = seed
        self.trains = seed is not None
        self.epoch = 0
        super().__init__(data, transform, copy_cache=False)

    def _load_cache_item(self, idx: int) -> dict[Any, Any]:
        return self.shelf.keep(super()._load_cache_item(idx))

    def _fill_cache(self, indices: Sequence[int] | None = None) -> Any:
        return _Items(self.shelf, super()._fill_cache(indices))

    def _transform(self, index: int) -> Any:
        if self.seed is None:
            return super()._transform(index)
        number = range(len(self))[index]  # IndexError ends a loop over the dataset
        self.transform.set_random_state(seed=item_seed(self.seed, self.epoch, number))
        drawn = super()._transform(number)
        for patch, item in enumerate(drawn if isinstance(drawn, list) else [drawn]):
            item[DRAW] = np.array([self.seed, self.epoch, number, patch])
        return drawn


class _Items(Sequence[Any]):
    """Items of a shelf, each a new copy whenever it is taken."""

    def __init__(self, shelf: Shelf, kept: Sequence[Mapping[Any, Any]]) -> None:
        self.shelf = shelf
        self.kept = kept

    def __len__(self) -> int:
        return len(self.kept)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return _Items(self.shelf, self.kept[index])
        return self.shelf.take(self.kept[index])
