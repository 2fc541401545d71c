"""A cache of decoded slices that names the file that cannot be decoded."""

from collections.abc import Sequence
from typing import Any

from monai.data import CacheDataset

from custom.loading.tolerant import reason


class CachedSlices(CacheDataset):
    """MONAI's `CacheDataset`; an item that cannot be loaded ends the program with one line that names it.

    The deterministic transforms, up to the first random one, run once for each item while the dataset is made.
    """

    def _load_cache_item(self, idx: int) -> Any:
        try:
            return super()._load_cache_item(idx)
        except Exception as error:  # decoders of broken files raise anything
            raise ValueError(f"{self.data[idx]['image']} or its label cannot be loaded: {reason(error)}") from None

    def _fill_cache(self, indices: Sequence[int] | None = None) -> Any:
        try:
            return super()._fill_cache(indices)
        except ValueError as error:
            raise SystemExit(str(error)) from None
