"""What pictures and reports show of a patient or an image: one slice, small, and the scores."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MOST_PX = 512


class Case(NamedTuple):
    """One patient or image.

    Attributes:
        name: name of the patient or of the image file, without folders.
        shown: which slice is shown, such as `slice 12`, or of a patient's images which file; empty for a picture.
        scores: numbers by their column names; `rank` decides what is worst.
        image: upright grey picture, as PNG.
        pred: predicted labels of the same size, as PNG.
        truth: true labels, as PNG; empty if they are not known.
    """

    name: str
    shown: str
    scores: Mapping[str, float]
    image: bytes
    pred: bytes
    truth: bytes = b""


def chosen(cases: Sequence[Case], rank: str, number: int) -> list[tuple[str, Case]]:
    """At most `number` cases with the word worst, median or best, from the worst on; a third of each.

    Args:
        cases: in any order.
        rank: the score by which they are sorted, of which more is better; NaN counts as worst.
        number: ≥ 3; fewer cases than that are all taken, and called by the third that they are in.
    """
    ranked = sorted(cases, key=lambda case: (case.scores.get(rank, float("nan")) >= 0, case.scores.get(rank, 0), case.name))
    if len(ranked) <= number:
        return [(("worst", "median", "best")[3 * place // len(ranked)], case) for place, case in enumerate(ranked)]
    worst, best = -(-number // 3), (number + 1) // 3
    middle = number - worst - best
    first = min(max((len(ranked) - middle) // 2, worst), len(ranked) - best - middle)
    parts = (("worst", ranked[:worst]), ("median", ranked[first : first + middle]), ("best", ranked[len(ranked) - best :]))
    return [(word, case) for word, part in parts for case in part]


def thinned(picture: NDArray[Any]) -> NDArray[Any]:
    """A picture (H, W), or (H, W, …), of at most 512 px a side: of a larger one rows and columns are left out."""
    step = -(-max(picture.shape[:2]) // MOST_PX)
    return picture[::step, ::step]


def encoded(picture: NDArray[Any]) -> bytes:
    """A picture (H, W) of whole numbers from 0 to 255, or (H, W, 3 or 4) with red, green, blue and opacity, as PNG."""
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture.astype(np.uint8))).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def decoded(png: bytes) -> NDArray[np.uint8]:
    """The pixels of `encoded`."""
    with Image.open(BytesIO(png)) as picture:
        return np.array(picture)
