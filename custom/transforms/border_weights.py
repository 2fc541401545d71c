"""Pixel weights that teach a network to keep touching cells apart.

Equation 2 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597::

    w(x) = w_c(x) + w0 · exp(−(d1(x) + d2(x))² / 2σ²)

         background far from cells      w_c
         narrow gap between two cells   w_c + w0 · exp(−gap² / 2σ²)
         cell                           w_c
         unlabelled                     0
"""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from monai.config import KeysCollection
from monai.transforms import MapTransform
from monai.utils import convert_to_dst_type
from numpy.typing import NDArray

from custom.transforms.border_term import border_term
from custom.transforms.touching import check_gap, one_image, separate_touching


def border_weight_map(
    instances: NDArray[Any],
    *,
    w0: float = 10.0,
    sigma: float = 5.0,
    class_balance: bool = True,
    cell_fraction: float | None = None,
    ignore_index: int = -1,
) -> NDArray[np.float32]:
    """The weights w of equation 2, (H, W) in float32, of the cells that `separate_touching` leaves.

    d1 and d2 are the Euclidean distances in pixels to the nearest pixel of the nearest and of the second nearest cell; a cell
    is all that bears one label. The border term is for background alone, which equation 2 leaves open: figure 3d shows cells
    at one level, and the authors' own software does so (Falk et al. 2019, doi:10.1038/s41592-018-0261-2). With fewer than two
    cells there is no d2 and no border term. Terms below 1e-7 are dropped: beside an exact map the relative error is below 1e-6.

    Args:
        instances: (H, W) whole numbers: 0 background, 1 … the cells, in any order and with gaps.
        w0: height of the border term, 0 … 1e30.
        sigma: its width in pixels, > 0.
        class_balance: whether w_c gives background and cells the same total weight, with mean 1 over the labelled pixels;
            otherwise, and where the image holds one class only, w_c is 1.
        cell_fraction: share of cells among labelled pixels in (0, 1) to balance by, for the whole training set as in the
            paper; by default that of this image.
        ignore_index: label of unlabelled pixels, whose weight is 0.

    Raises:
        ValueError: if `instances` is no image or holds other negative numbers or fractions, or a number is out of range.
    """
    if not 0 <= w0 <= 1e30:  # float32 ends at 3e38
        raise ValueError(f"w0 must be a number from 0 to 1e30, got {w0!r}")
    if not 0 < sigma < math.inf:
        raise ValueError(f"sigma must be a number of pixels above 0, got {sigma!r}")
    if cell_fraction is not None and not 0 < cell_fraction < 1:
        raise ValueError(f"cell_fraction must lie between 0 and 1, got {cell_fraction!r}; leave it out to take the image's own")
    separated = separate_touching(instances, ignore_index=ignore_index)
    labelled = separated != ignore_index
    cells = labelled & (separated > 0)
    weight = _class_weights(cells, labelled, cell_fraction) if class_balance else np.ones(cells.shape)
    border = border_term(np.where(cells, separated, 0), w0, sigma)
    return ((weight + np.where(cells, 0, border)) * labelled).astype(np.float32)


def _class_weights(cells: NDArray[np.bool_], labelled: NDArray[np.bool_], fraction: float | None) -> NDArray[np.float64]:
    """w_c = 1 / (2 · share of the pixel's class), so at least 0.5."""
    if fraction is None:
        fraction = float(cells.sum()) / max(float(labelled.sum()), 1)
    if fraction in (0, 1):
        return np.ones(cells.shape)
    return np.where(cells, 0.5 / fraction, 0.5 / (1 - fraction))


class BorderWeightMapd(MapTransform):
    """`border_weight_map` of the instances under `keys`, put under `weight` as float32 of the same kind and shape.

    The instances (1, H, W) are replaced by those of `separate_touching`, lest the label call cell what the weights call border;
    `ThresholdIntensityd(keys="label", threshold=1, above=False, cval=1)` then makes them a mask and keeps unlabelled −1.

    Nothing is random here: placed before the first random transform it is computed once and kept by `CacheDataset`. From there
    on let every spatial transform treat `weight` with `image` and `label` (`mode=["bilinear", "nearest", "bilinear"]`). Flips
    and right angles then give exactly the weights of the turned cells, crops those of the whole image's cells, and an elastic
    deformation bends the map, and so the width of the borders, as it bends the cells. Placed behind the random transforms it
    is computed anew for each patch, with σ in pixels of the patch, for some 30 ms per 512×512 pixels.

    Args:
        keys: the key of the instances, -1 where unlabelled.
        w0: height of the border term, 0 … 1e30.
        sigma: width of the border term in pixels, > 0.
        class_balance: whether cells and background get the same total weight.
        cell_fraction: share of cells in (0, 1) to balance by; by default that of the image.
        allow_missing_keys: whether data without the key pass unchanged.
        gap_px: width of the line between cells that touched, an even number ≥ 2.

    Raises:
        ValueError: if there is more than one key, the array is not (1, H, W), or `border_weight_map` refuses it.
    """

    def __init__(
        self,
        keys: KeysCollection,
        w0: float = 10.0,
        sigma: float = 5.0,
        class_balance: bool = True,
        cell_fraction: float | None = None,
        allow_missing_keys: bool = False,
        gap_px: int = 2,
    ) -> None:
        super().__init__(keys, allow_missing_keys)
        if len(self.keys) != 1:
            raise ValueError(f"keys must be one key, since there is one weight, got {list(self.keys)}")
        check_gap(gap_px)
        self.gap_px = gap_px
        self.settings: dict[str, Any] = {
            "w0": w0,
            "sigma": sigma,
            "class_balance": class_balance,
            "cell_fraction": cell_fraction,
        }

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with separated instances and their weights."""
        result = dict(data)
        for key in self.key_iterator(result):
            instances = result[key]
            separated = separate_touching(one_image(key, instances), gap_px=self.gap_px)
            weight = border_weight_map(separated, **self.settings)
            result[key] = convert_to_dst_type(separated[None], instances)[0]
            result["weight"] = convert_to_dst_type(weight[None], instances, dtype=np.float32)[0]
        return result
