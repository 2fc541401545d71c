"""The border term of equation 2, w0 · exp(−(d1 + d2)² / 2σ²): high in the narrow gap between two cells.

Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, section 3.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

NEGLIGIBLE = 1e-7  # a smaller border term is lost: w_c is at least 0.5, and float32 resolves 6e-8 of it


def border_term(cells: NDArray[np.int32], w0: float, sigma: float) -> NDArray[np.float64]:
    """The border term of each pixel, of the shape of `cells`; it means something on the background alone.

    It is 0 where fewer than two cells are near, and terms below 1e-7 may be.

    Args:
        cells: (H, W) whole numbers: 0 background, 1 … the cells, in any order and with gaps.
        w0: height of the term, ≥ 0.
        sigma: its width in pixels, > 0.
    """
    d1, d2 = _two_nearest(cells, _reach(w0, sigma))
    return w0 * np.exp(-np.square((d1 + d2) / sigma) / 2)


def _reach(w0: float, sigma: float) -> int:
    """How far in pixels a cell is measured.

    The border term is negligible where d1 + d2 ≥ limit. Of a pixel that is further off, d2 ≥ reach + 1, and d1 ≥ 1 since it is
    background. For w0 = 10 and sigma = 5 the limit is 30.35 and the reach 29.
    """
    limit = sigma * math.sqrt(2 * math.log(max(w0 / NEGLIGIBLE, 1)))
    return max(math.ceil(limit) - 2, 0)


def _two_nearest(cells: NDArray[np.int32], reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Euclidean distances in pixels to the nearest and to the second nearest cell, of the shape of `cells`.

    They are exact up to `reach`, beyond it no smaller than exact, and infinite where there is no such cell. Each is measured in
    its bounding box widened by `reach`, not over the whole image.
    """
    d1 = np.full(cells.shape, np.inf)
    d2 = d1.copy()
    if cells.max() > cells.size:  # find_objects makes a list as long as the largest label
        cells = np.unique(cells, return_inverse=True)[1].astype(np.int32)
    for label, box in enumerate(ndimage.find_objects(cells), start=1):
        if box is not None:
            around = tuple(slice(max(side.start - reach, 0), side.stop + reach) for side in box)
            distance = ndimage.distance_transform_edt(cells[around] != label)
            d2[around] = np.minimum(d2[around], np.maximum(d1[around], distance))
            d1[around] = np.minimum(d1[around], distance)
    return d1, d2
