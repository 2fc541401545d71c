"""More cells than an image has, and more that touch: its own, turned, and pasted into it once more.

Source: Ghiasi, G., et al. (2021), *Simple Copy-Paste is a Strong Data Augmentation Method for Instance Segmentation*,
arXiv:2012.07177; here within one image, so that background and exposure agree.
"""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import numpy as np
from monai.config import KeysCollection
from monai.transforms import MapTransform, RandomizableTransform
from monai.utils import convert_to_dst_type, convert_to_numpy
from numpy.typing import NDArray
from scipy import ndimage

from custom.transforms.cell_cutouts import cut_cell, paste_cell, turn_cell


class Paste(NamedTuple):
    """Which cell is pasted, how it is turned, and where its centre comes to lie."""

    label: int
    quarter_turns: int
    flipped: bool
    row: int
    column: int


class RandPasteCellsd(RandomizableTransform, MapTransform):
    """Pastes up to `number` cells of an image (C, H, W) into it, and into its instances (1, H, W), by `paste_cell`.

    The instances stand under `instances`: 0 background, 1 … the cells, negative where unlabelled.

    Some are put beside another cell, which they then touch or lie on, the others anywhere. A cell half as large as another is
    pasted twice as often, but none more than eight times as often as one of the median size: small ones can lie on large ones
    without covering most of them.

    Args:
        keys: key of the image.
        number: most cells that are pasted, ≥ 1.
        touching: share that is put beside another cell, 0 … 1.
        halo_px: how far around a cell its surroundings are pasted along, fading out, ≥ 0.
        prob: share of images that are changed; one without a cell never is.

    Raises:
        ValueError: if a number is out of range.
    """

    def __init__(
        self,
        keys: KeysCollection,
        number: int = 3,
        touching: float = 0.5,
        halo_px: int = 8,
        prob: float = 0.5,
    ) -> None:
        MapTransform.__init__(self, keys)
        RandomizableTransform.__init__(self, prob)
        for name, value, least, most in (
            ("number", number, 1, np.inf),
            ("touching", touching, 0, 1),
            ("halo_px", halo_px, 0, np.inf),
        ):
            if not least <= value <= most:
                raise ValueError(f"{name} must lie in {least}..{most}, got {value!r}")
        self.number = number
        self.touching = touching
        self.halo_px = halo_px

    def randomize(self, data: NDArray[Any]) -> None:
        """Draws which cells of instances (H, W) are pasted, and where."""
        super().randomize(None)
        labels, sizes = np.unique(data[data > 0], return_counts=True)
        chances = 1 / np.maximum(sizes, np.median(sizes) / 8) if len(labels) else sizes
        self.pastes = []
        for _ in range(self.R.randint(1, self.number + 1) if len(labels) else 0):
            label, beside = self.R.choice(len(labels), p=chances / chances.sum()), self.R.randint(len(labels))
            place = np.array([self.R.randint(side) for side in data.shape])
            if self.R.random() < self.touching:
                place = self._beside(data == labels[beside], np.sqrt(sizes[label] / np.pi))
            self.pastes.append(Paste(int(labels[label]), self.R.randint(4), self.R.random() < 0.5, *place.round().astype(int)))

    def _beside(self, mask: NDArray[np.bool_], radius_px: float) -> NDArray[np.float64]:
        """Where a round cell of that radius has its centre when it touches or overlaps another one."""
        outline = np.argwhere(mask & ~ndimage.binary_erosion(mask))
        point = outline[self.R.randint(len(outline))]
        outwards = point - np.argwhere(mask).mean(0)
        return np.asarray(point + outwards / max(np.hypot(*outwards), 1) * radius_px * self.R.uniform(0.6, 1.1))

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with more cells."""
        result = dict(data)
        given = result["instances"]
        instances = convert_to_numpy(given)[0].astype(np.int64)
        self.randomize(instances)
        if not self._do_transform:
            return result
        for key in self.key_iterator(result):
            image, changed = convert_to_numpy(result[key]), instances
            for label, quarter_turns, flipped, row, column in self.pastes:
                cell = turn_cell(cut_cell(image, changed, label, self.halo_px), quarter_turns, flipped)
                image, changed = paste_cell(image, changed, cell, row, column)
            result[key] = convert_to_dst_type(image, result[key])[0]
            result["instances"] = convert_to_dst_type(changed[None], given)[0]
        return result
