"""How far the surfaces of two masks lie apart: the Hausdorff distance's 95th percentile, and the surface Dice.

The surface of a mask is its pixels with one outside it above, below, left or right (and in a volume before or behind); the
border of a hole counts too, and pixels at the edge of the image do. MONAI measures the distances, between the pixels' centres.

Sources: Huttenlocher et al. (1993), doi:10.1109/34.232073; Nikolov et al. (2018), arXiv:1809.04430, for the surface Dice.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from monai.metrics.utils import get_mask_edges, get_surface_distance
from numpy.typing import NDArray


class Distances(NamedTuple):
    """Distances from each surface pixel of one mask to the nearest surface pixel of the other, as float32.

    Attributes:
        pred: from the prediction to the truth.
        truth: from the truth to the prediction.
    """

    pred: NDArray[np.float32]
    truth: NDArray[np.float32]


def surface_distances(
    *, pred: NDArray[np.bool_], truth: NDArray[np.bool_], spacing: Sequence[float] | None = None
) -> Distances:
    """The distances between the surfaces of two masks, in units of `spacing`.

    A mask that is compared with an empty one is as far from it as the image is long from corner to corner, so that a missed
    object counts as the worst there is. Of two empty masks there are no distances.

    Args:
        pred: predicted mask, (H, W) or (H, W, D).
        truth: true mask of the same shape.
        spacing: distance of neighbouring pixels along each axis, by default 1.

    Raises:
        ValueError: if the shapes differ, or `spacing` has another number of axes.
    """
    if pred.shape != truth.shape:
        raise ValueError(f"pred and truth must have one shape, got {pred.shape} and {truth.shape}")
    steps = [1.0] * pred.ndim if spacing is None else [float(step) for step in spacing]
    if len(steps) != pred.ndim:
        raise ValueError(f"spacing must have {pred.ndim} numbers, one an axis, got {len(steps)}")
    box = _box(pred | truth)
    edges = get_mask_edges(*(torch.from_numpy(np.ascontiguousarray(mask[box])) for mask in (pred, truth)))
    if pred.any() and truth.any():
        return Distances(_between(edges[0], edges[1], steps), _between(edges[1], edges[0], steps))
    furthest = np.linalg.norm(np.array(pred.shape) * steps)
    return Distances(*(np.full(int(each.sum()), furthest, np.float32) for each in edges))


def hd95(distances: Sequence[Distances]) -> float:
    """The larger of the 95th percentiles of both directions, ≥ 0, in the units of the distances; 0 without any.

    Args:
        distances: distances between the surfaces of one or more images; they are pooled.
    """
    directions = [np.concatenate(direction) for direction in zip(*distances, strict=True)]
    return max((float(np.percentile(direction, 95)) for direction in directions if direction.size), default=0.0)


def surface_dice(distances: Sequence[Distances], tolerance: float) -> float:
    """Share of all surface pixels that lie within `tolerance` of the other surface, in [0, 1]; 1 without any.

    Args:
        distances: distances between the surfaces of one or more images; they are pooled.
        tolerance: in the units of the distances, ≥ 0.
    """
    pooled = np.concatenate([np.empty(0, np.float32), *(direction for pair in distances for direction in pair)])
    return float((pooled <= tolerance).mean()) if pooled.size else 1.0


def _between(edges: torch.Tensor, others: torch.Tensor, steps: list[float]) -> NDArray[np.float32]:
    """From each pixel of one surface to the nearest of the other."""
    return np.asarray(get_surface_distance(edges, others, spacing=steps), dtype=np.float32)


def _box(mask: NDArray[Any]) -> tuple[slice, ...]:
    """The smallest box around a mask; outside it a distance transform would take time for nothing."""
    axes = range(mask.ndim)
    places = (np.flatnonzero(mask.any(axis=tuple(other for other in axes if other != axis))) for axis in axes)
    return tuple(slice(place[0], place[-1] + 1) if place.size else slice(0) for place in places)
