"""Contours of labels on an image: arrays in, arrays out.

A picture holds numbers of 256 colours: 254 greys and those of the two contours. These are of Okabe and Ito's palette, which
people with any colour vision tell apart.
"""

from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

CONTOURS = {"truth": (86, 180, 233), "prediction": (255, 150, 0)}
BLACK_WHITE = (1, 99.5)  # percentiles
GREYS = 256 - len(CONTOURS)
NUMBERS = {name: GREYS + place for place, name in enumerate(CONTOURS)}
COLOURS = np.array(
    [*np.linspace((0,) * 3, (255,) * 3, GREYS).round(), *CONTOURS.values()], np.uint8
)  # (256, 3): what the numbers of a picture stand for


def shown_channel(num_channels: int) -> int:
    """The channel of an image that is drawn: FLAIR of the three sequences of the LGG set, else the first."""
    return 1 if num_channels == 3 else 0


def overlay(image: NDArray[Any], pred: NDArray[Any], truth: NDArray[Any] | None = None) -> NDArray[np.uint8]:
    """RGB picture (H, W, 3) of the image in grey, with the contour of the prediction in orange and of the truth in blue.

    The prediction's contour lies inside its objects, the truth's around them, so that both are seen where they agree. Around
    an object that fills the image the image's edge is drawn.

    Args:
        image: (H, W) or (H, W, C), any numbers.
        pred: predicted labels (H, W), 0 for background.
        truth: true labels (H, W).
    """
    return COLOURS[outlined(grey_picture(image), pred, truth)]


def grey_picture(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Greys (H, W) as numbers of `COLOURS`, 0 to 253, of an image (H, W), or (H, W, C), of which `shown_channel` is drawn.

    Its percentiles 1 and 99.5 become black and white.
    """
    if image.ndim == 3:
        image = np.ascontiguousarray(image[..., shown_channel(image.shape[-1])])
    if image.dtype == np.uint8:
        levels = np.arange(256, dtype=np.uint8)
        counts = np.array(PIL.Image.fromarray(image).histogram())  # half the time of numpy's bincount
        return _grey(levels, *_percentiles(counts)).take(image)
    return _grey(image, *np.percentile(image.astype(np.float64), BLACK_WHITE))


def outlined(grey: NDArray[np.uint8], pred: NDArray[Any], truth: NDArray[Any] | None = None) -> NDArray[np.uint8]:
    """A picture (H, W) of numbers of `COLOURS`: greys (H, W) of `grey_picture` with the contours of labels, as in `overlay`."""
    picture = grey.copy()
    if truth is not None:
        from skimage.segmentation import find_boundaries  # slow to import, and no prediction has a truth

        edges = find_boundaries(truth.astype(np.int64), mode="outer")  # type: ignore[no-untyped-call]
        picture[_or_frame(edges, truth)] = NUMBERS["truth"]
    if pred.any():
        picture[_or_frame(_inner_edges(np.ascontiguousarray(pred)), pred)] = NUMBERS["prediction"]
    return picture


def _or_frame(edges: NDArray[np.bool_], labels: NDArray[Any]) -> NDArray[np.bool_]:
    """The contours (H, W) of labels, or the edge of the image if one object fills it."""
    if edges.any() or not labels.any():
        return edges
    frame = np.ones_like(edges)
    frame[1:-1, 1:-1] = False
    return frame


def _grey(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    scaled = np.clip((values.astype(np.float64) - low) / max(high - low, 1e-9), 0, 1) * (GREYS - 1)
    return scaled.round().astype(np.uint8)


def _percentiles(counts: NDArray[Any]) -> list[float]:
    """`np.percentile` of whole numbers of which it is known how often each occurs, to the last bit; sorting takes longer."""
    below = np.cumsum(counts)
    last = int(below[-1]) - 1
    found = []
    for percentage in BLACK_WHITE:
        place = percentage / 100 * last
        first = int(place)
        one, next_one = (float(np.searchsorted(below, min(index, last), side="right")) for index in (first, first + 1))
        part, step = place - first, next_one - one
        found.append(next_one - step * (1 - part) if part >= 0.5 else one + step * part)
    return found


def _inner_edges(labels: NDArray[Any]) -> NDArray[np.bool_]:
    """Pixels (H, W) of objects with one of another value above, below, left or right: skimage's `find_boundaries`, inner."""
    edges = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        before, behind = (slice(None),) * axis + (slice(-1),), (slice(None),) * axis + (slice(1, None),)
        differs = labels[before] != labels[behind]
        edges[before] |= differs
        edges[behind] |= differs
    return edges & (labels != 0)
