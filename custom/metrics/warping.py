"""Warping error: the mistakes that no change of outlines can explain, because they change the topology.

The truth is warped towards the prediction by flipping simple points, which keep the objects (4-connected), the holes
(8-connected) and how they lie in each other; the pixels that still differ are the mistakes. A merger of two cells leaves the
membrane between them, one pixel wide::

    truth  1 1 0 0 1 1    pred  1 1 1 1 1 1    warped  1 1 1 0 1 1    1 pixel a row
           1 1 0 0 1 1          1 1 1 1 1 1            1 1 1 0 1 1

Source: Jain et al. (2010), doi:10.1109/CVPR.2010.5539950, and its greedy search; simple points by the number of Yokoi, Toriwaki
and Fukumura (1975); the classes of mistakes after the software of the ISBI 2012 challenge.
"""

from collections import deque
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

# The neighbours in a circle from the right, so that k + 4 is opposite of k; bit k of a pixel's code tells of neighbour k.
RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def _yokoi_numbers() -> NDArray[np.int64]:
    ring = (np.arange(256)[:, None] >> np.arange(8)) & 1
    direct, diagonal, following = ring[:, ::2], ring[:, 1::2], np.roll(ring[:, ::2], -1, axis=1)
    numbers: NDArray[np.int64] = (direct - direct * diagonal * following).sum(axis=1)
    return numbers


# For each code the number of parts (4-connected) into which the pixel's removal cuts its surroundings; 0 inside an object, too.
YOKOI = _yokoi_numbers()


class Mistakes(NamedTuple):
    """Numbers of pixels that still differ after warping, by what flipping the truth there would do."""

    mergers: int
    splits: int
    objects_added: int
    objects_deleted: int
    holes_added: int
    holes_deleted: int


def warp(*, pred: NDArray[Any], truth: NDArray[Any], mask: NDArray[Any] | None = None) -> NDArray[np.bool_]:
    """The truth (H, W) warped towards the prediction: no simple point (inside the mask) that differs is left.

    Greedy: layer by layer from the outlines inwards, each flip towards the prediction. The number of pixels that differ is
    therefore a local minimum, and an upper bound of the least. Outside the image lies background.

    Args:
        pred: predicted mask (H, W), 1 for cells; any whole number but 0 is 1.
        truth: true mask (H, W).
        mask: where the truth may be changed, (H, W); None is everywhere.

    Raises:
        ValueError: if an array is not 2D, has no pixel or holds fractions, or the shapes differ.
    """
    source, target = np.pad(_mask("truth", truth), 1), np.pad(_mask("pred", pred, truth.shape), 1)
    free = np.pad(np.ones_like(truth, dtype=bool) if mask is None else _mask("mask", mask, truth.shape), 1)
    differs, codes = (source != target) & free, _codes(source)
    queue = deque(np.flatnonzero(differs & (YOKOI[codes] == 1)).tolist())
    wrong, simple = bytearray(differs), (YOKOI == 1).tolist()
    code = codes.ravel().tolist()
    steps = [(dy * source.shape[1] + dx, 1 << (k + 4) % 8) for k, (dy, dx) in enumerate(RING)]
    flat = source.ravel()
    while queue:
        pixel = queue.popleft()
        if not (wrong[pixel] and simple[code[pixel]]):
            continue
        wrong[pixel] = False
        flat[pixel] ^= True
        for step, bit in steps:
            code[pixel + step] ^= bit
            if wrong[pixel + step]:
                queue.append(pixel + step)
    return source[1:-1, 1:-1]


def warping_error(*, pred: NDArray[Any], truth: NDArray[Any], mask: NDArray[Any] | None = None) -> float:
    """Share of the pixels in [0, 1] that differ from the prediction after `warp`; never above the pixel error.

    Args:
        pred: predicted mask (H, W).
        truth: true mask (H, W).
        mask: where the truth may be changed, (H, W); None is everywhere.
    """
    warped = warp(pred=pred, truth=truth, mask=mask)
    return float(np.mean(warped != (pred != 0)))


def split_merge_error(*, pred: NDArray[Any], truth: NDArray[Any]) -> float:
    """Share of the pixels in [0, 1] that are `Mistakes` of the kinds merger and split: the ISBI 2012 challenge's form."""
    mistakes = warping_mistakes(pred=pred, truth=truth)
    return (mistakes.mergers + mistakes.splits) / truth.size


def warping_mistakes(*, pred: NDArray[Any], truth: NDArray[Any], mask: NDArray[Any] | None = None) -> Mistakes:
    """The pixels that differ after `warp`, each in the class of the change that flipping it alone would make.

    A flip to 1 that touches d objects merges them if d > 1, adds an object if d = 0, and else fills a hole or closes a ring
    (adds a hole). A flip to 0 that parts its surroundings into c, where d backgrounds meet, splits off c - d objects; with
    c = d it only joins holes. Simple points that the mask kept from flipping are in no class.
    """
    warped = np.pad(warp(pred=pred, truth=truth, mask=mask), 1)
    code = _codes(warped)
    wrong = (warped != np.pad(pred != 0, 1)) & (YOKOI[code] != 1)
    added, removed = np.argwhere(wrong & ~warped), np.argwhere(wrong & warped)
    objects, _ = ndimage.label(warped)
    backgrounds, _ = ndimage.label(~warped, structure=np.ones((3, 3)))
    objects_met = _distinct_neighbours(objects, added, RING[::2])
    objects_left = _distinct_neighbours(objects, removed, RING[::2])
    backgrounds_met = _distinct_neighbours(backgrounds, removed, RING)
    filled = code[tuple(added.T)] == 255
    pierced = code[tuple(removed.T)] == 255
    split = YOKOI[code[tuple(removed.T)]] > backgrounds_met
    return Mistakes(
        mergers=int(np.sum(objects_met > 1)),
        splits=int(np.sum(split)),
        objects_added=int(np.sum(objects_met == 0)),
        objects_deleted=int(np.sum(objects_left == 0)),
        holes_added=int(np.sum((objects_met == 1) & ~filled) + np.sum(pierced)),
        holes_deleted=int(np.sum(filled) + np.sum((objects_left > 0) & ~split & ~pierced)),
    )


def _codes(padded: NDArray[np.bool_]) -> NDArray[np.uint8]:
    shifted = (np.roll(padded, (-dy, -dx), axis=(0, 1)).astype(np.uint8) << k for k, (dy, dx) in enumerate(RING))
    return np.bitwise_or.reduce(list(shifted))


def _distinct_neighbours(
    labels: NDArray[Any], points: NDArray[np.int64], ring: tuple[tuple[int, int], ...]
) -> NDArray[np.int64]:
    around = np.sort([labels[tuple((points + step).T)] for step in ring], axis=0)
    new = np.diff(around, axis=0, prepend=0) > 0
    return new.sum(axis=0)


def _mask(name: str, values: NDArray[Any], shape: tuple[int, ...] | None = None) -> NDArray[np.bool_]:
    if values.ndim != 2 or values.size == 0 or (shape is not None and values.shape != shape):
        rule = "be 2D with at least one pixel" if shape is None else f"have the shape {shape} of truth"
        raise ValueError(f"{name} must {rule}, got shape {values.shape}; warp a stack slice by slice")
    fractions = values[values != np.rint(values)] if values.dtype.kind == "f" else values[:0]
    if fractions.size:
        raise ValueError(f"{name} must be a mask of whole numbers, got {fractions.flat[0]}; threshold it first")
    return values != 0
