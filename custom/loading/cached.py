"""A cache of decoded slices that names the file that cannot be decoded."""

import sys
from collections.abc import Sequence
from typing import Any

from monai.data import CacheDataset

from custom.loading.tolerant import reason
from custom.text.durations import Due


class CachedSlices(CacheDataset):
    """MONAI's `CacheDataset`; an item that cannot be loaded ends the program with one line that names it.

    The deterministic transforms, up to the first random one, run once for each item while the dataset is made. A dataset with
    labels of which no pixel is judged, as where `ignore_label` is all that they hold, ends the program, too; so does one to
    train on whose labels are all background, from which a network would learn to mark nothing, with a Dice of 1.

    How far it has come is shown by a bar in a terminal, elsewhere by a plain line once a minute.

    Attributes:
        trains: whether the items are to train on.
    """

    trains = False
    _judged = False
    _marked = False
    _number = 0

    def _load_cache_item(self, idx: int) -> Any:
        self._number += 1
        if not self.progress and self._due():
            print(f"reading image {self._number} of {len(self.data)}", file=sys.stderr, flush=True)
        try:
            item = super()._load_cache_item(idx)
            highest = float(item["label"][:1].max()) if "label" in item else 1.0
            if highest >= 0:
                self._judged = True  # never taken back, since items are loaded by several threads
            if highest > 0:
                self._marked = True
            return item
        except Exception as error:  # decoders of broken files raise anything
            raise ValueError(f"{self.data[idx]['image']} or its label cannot be loaded: {reason(error)}") from None

    def _fill_cache(self, indices: Sequence[int] | None = None) -> Any:
        self.progress = sys.stderr.isatty()  # elsewhere a plain line a minute
        self._due = Due()
        try:
            cache = super()._fill_cache(indices)
        except ValueError as error:
            raise SystemExit(str(error)) from None
        if len(self.data) and not self._judged:
            first, number = self.data[0]["image"], len(self.data)
            raise SystemExit(f"{first} and all {number} images have labels without a pixel to judge; set another ignore_label")
        if len(self.data) and self.trains and not self._marked:
            raise SystemExit(
                f"{self.data[0]['label']} and all {len(self.data)} masks to train on mark nothing: they are 0 everywhere; "
                "look at them, or at num_classes and label_threshold, by which they are read"
            )
        return cache
