"""The fingerprint of a data set, found by reading its labels and a sample of its images."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.data.closed_lines import fullest_plane
from custom.data.eight_bits import cut_to_8_bits
from custom.data.palettes import Palettes
from custom.files import Header, Image, format_of, read_header, read_image, read_label
from custom.files.errors import named
from custom.files.instance_folder import masks_in
from custom.files.labels import UNJUDGED
from custom.init.fingerprint import Fingerprint
from custom.init.objects import objects_in

MOST_LABELS = 1500
MOST_IMAGES = 24
MOST_PLANES = 40  # planes of labels whose objects are measured
Items = Sequence[Mapping[str, Any]]


def fingerprint(items: Items) -> Fingerprint:
    """Reads headers of all images, up to 1500 labels and up to 24 images of a datalist.

    Raises:
        ValueError: if a file cannot be read, or labels hold values that are no whole numbers; the message names the file.
    """
    headers = [read_header(item["image"]) for item in items]
    first = format_of(items[0]["image"])
    found = Fingerprint(len(items), len({item["patient_id"] for item in items}), first.volumes)
    found.formats = Counter(format_of(item["image"]).name for item in items)
    found.sizes = Counter(header.size for header in headers)
    found.channels = Counter(header.channels for header in headers)
    found.megabytes = sum(map(_bytes, headers)) / 2**20
    for item, header in zip(items, headers, strict=True):
        if header.orientation != 1:
            found.image_doubts.compare(item["image"], header, read_header(item["label"]))
    _look_at_images(found, [items[place] for place in evenly(len(items), MOST_IMAGES if not found.volumes else 6)])
    _look_at_labels(found, [items[place] for place in evenly(len(items), MOST_LABELS)])
    return found


def evenly(number: int, most: int) -> list[int]:
    """Up to `most` places among `number`, evenly spread."""
    return sorted({*np.linspace(0, number - 1, min(number, most)).astype(int).tolist()})


def _bytes(header: Header) -> float:
    return float(np.prod(header.size)) * (header.channels * header.dtype.itemsize + 1)


def _look_at_images(found: Fingerprint, items: Items) -> None:
    low, high, grey = [], [], []
    for item in items:
        with named(item["image"]):
            opened = read_image(item["image"])
        image = opened.values
        found.image_doubts.look(item["image"], opened)
        with np.errstate(invalid="ignore"):  # infinite values; the training refuses them by name
            low.append(np.percentile(image, 1))
            high.append(np.percentile(image, 99))
        grey.append(image.ndim == 3 and image.shape[-1] == 3 and bool((image == image[..., :1]).all()))
    found.intensities = float(np.mean(low)), float(np.mean(high))
    found.grey = all(grey) and set(found.channels) == {3}


def _look_at_labels(found: Fingerprint, items: Items) -> None:
    counts: Counter[int] = Counter()
    compact: list[bool] = []
    measured = set(evenly(len(items), MOST_PLANES))
    previous: NDArray[np.bool_] | None = None
    palettes = Palettes()
    alike: list[float] = []
    foreground: list[NDArray[np.bool_]] = []
    for place, item in enumerate(items):
        opened = _whole(item["label"])
        label = opened.values
        counts.update(_look_at_values(found, item["label"], label, palettes))
        if place in measured:
            plane = fullest_plane(label)
            compact += objects_in(plane, found.objects)
            _look_outside(found, item, label)
            foreground.append(plane > 0)
            found.label_doubts.look(item["label"], opened, [])
        if previous is not None and len(alike) < 200:
            alike.append(_dice(previous, label > 0))
        previous = label > 0
    total = sum(counts.values())
    found.num_read, found.compact = len(items), float(np.mean(compact)) if compact else 0.0
    found.shares = {value: number / total for value, number in sorted(counts.items())}
    distant = [_dice(foreground[place], foreground[place - len(foreground) // 2]) for place in range(len(foreground))]
    found.alike = _mean(alike), _mean(distant)


def _look_at_values(found: Fingerprint, path: str, label: NDArray[Any], palettes: Palettes) -> dict[int, int]:
    """Adds what the values of a label tell, and gives how many pixels have each value."""
    found.masks.update(mask.stem for mask in masks_in(Path(path)))
    values, numbers = (told.tolist() for told in np.unique(label, return_counts=True))
    if wrong := palettes.disagreement(path, values):
        raise ValueError(f"{path}: {wrong}")
    found.values.update(values)
    found.first = {**dict.fromkeys(values, path), **found.first}
    found.with_ignored |= UNJUDGED in values and any(value > 0 and value != UNJUDGED for value in values)
    found.per_label.append(sum(value != 0 for value in values))
    if not found.doubt and (doubt := cut_to_8_bits(label, values)):
        found.doubt = f"{path}: {doubt}"
    return dict(zip(values, numbers, strict=True))


def _look_outside(found: Fingerprint, item: Mapping[str, Any], label: NDArray[Any]) -> None:
    if "field" in item:
        outside = _whole(item["field"]).values == 0
        share = float((label[outside] > 0).sum() / max((label > 0).sum(), 1))
        found.field_outside = max(found.field_outside, share)


def _whole(path: str) -> Image:
    with named(path):
        label = read_label(path)
    if label.values.dtype.kind == "f" and not (label.values == np.round(label.values)).all():
        raise ValueError(f"{path}: holds values that are no whole numbers; save labels as 0, 1, 2 …, without loss")
    return replace(label, values=label.values.astype(np.int64))


def _dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    if one.shape != other.shape or not one.any() or not other.any():
        return float("nan")
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def _mean(values: list[float]) -> float:
    known = [value for value in values if value == value]
    return float(np.mean(known)) if known else 0.0
