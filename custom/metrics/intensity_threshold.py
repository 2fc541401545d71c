"""The baseline without learning: a tumour is where one sequence is brighter than a threshold.

From two histograms a patient, of the pixels in truth and of the others, the Dice for all 256 thresholds follows exactly.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.files import read_pixels
from custom.files.errors import named
from custom.metrics.overlap import dice
from custom.metrics.thresholds import Best


def best_threshold(items: Iterable[Mapping[str, Any]], *, channel: int = 1) -> Best:
    """The highest mean over patients of the volume's Dice with `pred` = (image > threshold), and the first such threshold.

    Args:
        items: slices as `custom.data.kaggle_lgg` gives them: paths of uint8 `image` and `label`, and `patient_id`.
        channel: which sequence; 1 is FLAIR in the LGG set.

    Raises:
        ValueError: if there are no items, or an image is not uint8, has no such channel or another size than its label.
    """
    means = np.mean([_dice_by_threshold(histogram) for histogram in _histograms(items, channel).values()], axis=0)
    return Best(float(means.max()), float(means.argmax()))


def threshold_dice(items: Iterable[Mapping[str, Any]], threshold: float, *, channel: int = 1) -> dict[str, float]:
    """The Dice of each patient's volume with `pred` = (image > threshold); 1 where truth and prediction are both empty.

    Args:
        items: slices with `image`, `label` and `patient_id`, usually of other patients than the threshold was found on.
        threshold: in 0..255.
        channel: which sequence.

    Raises:
        ValueError: if the threshold is out of range, there are no items, or an image does not fit.
    """
    if not 0 <= threshold <= 255:
        raise ValueError(f"threshold must lie in 0..255, got {threshold!r}")
    histograms = _histograms(items, channel)
    return {patient_id: float(_dice_by_threshold(histogram)[int(threshold)]) for patient_id, histogram in histograms.items()}


def _dice_by_threshold(histogram: NDArray[np.int64]) -> NDArray[np.float64]:
    """Dice (256,) for the thresholds 0 … 255 from the numbers (2, 256) of pixels outside and inside the truth."""
    above = histogram.sum(axis=1, keepdims=True) - histogram.cumsum(axis=1)
    false_positives, hits = above
    return dice(np.stack([hits, false_positives, histogram[1].sum() - hits], axis=-1))


def _histograms(items: Iterable[Mapping[str, Any]], channel: int) -> dict[str, NDArray[np.int64]]:
    """For each patient the numbers (2, 256) of pixels outside and inside the truth with each value."""
    histograms: dict[str, NDArray[np.int64]] = {}
    for item in items:
        values, mask = _sequence(item["image"], channel), _pixels(item["label"]) > 0
        if values.shape != mask.shape:
            raise ValueError(f"{item['image']}: {values.shape} pixels, but its label has {mask.shape}; they must be alike")
        counts = np.bincount((values + 256 * mask.astype(np.int64)).ravel(), minlength=512).reshape(2, 256)
        histograms[item["patient_id"]] = histograms.get(item["patient_id"], 0) + counts
    if not histograms:
        raise ValueError("items must hold at least one slice, got none")
    return histograms


def _sequence(path: str, channel: int) -> NDArray[np.uint8]:
    image = np.atleast_3d(_pixels(path))
    if image.dtype != np.uint8:
        raise ValueError(f"{path}: a threshold in 0..255 needs uint8 pixels, got {image.dtype}; save it with 8 bits")
    if not 0 <= channel < image.shape[2]:
        raise ValueError(f"channel must lie in 0..{image.shape[2] - 1} for {path}, got {channel!r}")
    return image[:, :, channel]


def _pixels(path: str) -> NDArray[Any]:
    with named(path):
        return read_pixels(path)
