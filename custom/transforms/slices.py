"""Patches of slices of volumes, for a network of two dimensions."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform, Randomizable
from monai.utils import convert_to_tensor

Item = dict[Hashable, Any]


class RandSlicesd(Randomizable, MapTransform):
    """Patches of an image (C, H, W), or of some slices of a volume (C, H, W, D), drawn with replacement.

    Half of the slices are drawn among those with a label, where there are any. One bears its place as `slice_index`.

    Args:
        keys: keys of arrays of one size.
        label_key: key of the labels: values above 0 in the first channel; a second channel may hold weights.
        patches: draws a list of patches from an image, such as MONAI's `RandCropByPosNegLabeld`, which finds the labels as
            booleans (1, H, W) under `labelled`.
        num_slices: slices that are drawn from a volume, ≥ 1.

    Raises:
        ValueError: if `num_slices` is below 1.
    """

    def __init__(self, keys: KeysCollection, label_key: str, patches: Randomizable, num_slices: int = 16) -> None:
        super().__init__(keys)
        if num_slices < 1:
            raise ValueError(f"num_slices must be at least 1, got {num_slices!r}")
        self.label_key = label_key
        self.patches: Any = patches
        self.num_slices = num_slices

    def set_random_state(self, seed: int | None = None, state: np.random.RandomState | None = None) -> "RandSlicesd":
        """Seeds the draws of slices and of patches."""
        self.patches.set_random_state(seed, state)
        super().set_random_state(seed, state)
        return self

    def randomize(self, labelled: list[int], depth: int) -> None:  # type: ignore[override]
        """Draws places: half of them in `labelled`, the others in 0 … depth - 1."""
        wanted = [bool(labelled) and self.R.random() < 0.5 for _ in range(self.num_slices)]
        self.places = [int(self.R.choice(labelled) if labels else self.R.randint(depth)) for labels in wanted]

    def __call__(self, data: Mapping[Hashable, Any]) -> list[Item]:
        """The data of each patch."""
        return [patch for item in self._slices(dict(data)) for patch in self._patches(item)]

    def _patches(self, item: Item) -> list[Item]:
        # A plain tensor: MONAI copies it for each patch, which takes longer with metadata.
        label = convert_to_tensor(item[self.label_key], track_meta=False)
        drawn = self.patches(item | {"labelled": label[:1] > 0})
        return [{key: value for key, value in patch.items() if key != "labelled"} for patch in drawn]

    def _slices(self, data: Item) -> list[Item]:
        label = data[self.label_key]
        if label.ndim == 3:
            return [data]
        labelled = torch.as_tensor(label[0] > 0).flatten(0, 1).any(dim=0).nonzero()[:, 0].tolist()
        self.randomize(labelled, label.shape[-1])
        return [data | self._slice(data, place) | {"slice_index": place} for place in self.places]

    def _slice(self, data: Item, place: int) -> Item:
        # Indexed: SqueezeDim would give the slice an affine of its own, which no batch holds beside those of flat volumes.
        return {key: data[key][..., place] for key in self.keys}
