"""A cache of decoded slices that names the file that cannot be decoded."""

from collections.abc import Sequence
from typing import Any

from monai.data import CacheDataset

from custom.loading.tolerant import reason


class CachedSlices(CacheDataset):
    """MONAI's `CacheDataset`; an item that cannot be loaded ends the program with one line that names it.

    The deterministic transforms, up to the first random one, run once for each item while the dataset is made. A dataset with
    labels of which no pixel is judged, as where `ignore_label` is all that they hold, ends the program, too.
    """

    _judged = False

    def _load_cache_item(self, idx: int) -> Any:
        try:
            item = super()._load_cache_item(idx)
            if "label" not in item or bool((item["label"][:1] >= 0).any()):
                self._judged = True  # never taken back, since items are loaded by several threads
            return item
        except Exception as error:  # decoders of broken files raise anything
            raise ValueError(f"{self.data[idx]['image']} or its label cannot be loaded: {reason(error)}") from None

    def _fill_cache(self, indices: Sequence[int] | None = None) -> Any:
        try:
            cache = super()._fill_cache(indices)
        except ValueError as error:
            raise SystemExit(str(error)) from None
        if len(self.data) and not self._judged:
            first, number = self.data[0]["image"], len(self.data)
            raise SystemExit(f"{first} and all {number} images have labels without a pixel to judge; set another ignore_label")
        return cache
