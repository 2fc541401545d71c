"""Splits of a datalist by patient, so that no patient is on both sides."""

import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item", bound=Mapping[str, Any])


def split_by_patient(
    items: Sequence[Item], *, val_fraction: float = 0.2, fold: int | None = None, num_folds: int = 5, seed: int = 0
) -> dict[str, list[Item]]:
    """Training and validation items under the keys `"train"` and `"val"`, in the order given.

    Patients are sorted by name and shuffled by the seed, so the split depends on neither the items' order nor the platform.

    Args:
        items: dictionaries with a `"patient_id"`.
        val_fraction: share of the patients to validate on, in (0, 1); at least one, and not all. Ignored with a `fold`.
        fold: which of `num_folds` equal parts of the patients to validate on, from 0; None splits by `val_fraction`.
        num_folds: number of parts, from 2 to the number of patients.
        seed: start of the random numbers of the shuffle.

    Raises:
        ValueError: if there are fewer than two patients, or an argument is out of range.
    """
    patients = sorted({item["patient_id"] for item in items})
    if len(patients) < 2:
        raise ValueError(
            f"a split by patient needs at least 2 patients, got {len(patients)}: {', '.join(patients)}; "
            "images of one folder below the data set's are of one patient; add another one, or count each image for itself "
            "with --slices#patient_pattern '(.+)'"
        )
    random.Random(seed).shuffle(patients)
    if fold is None:
        chosen = set(patients[: _number_to_validate(val_fraction, len(patients))])
    else:
        check_folds(fold, num_folds, len(patients), "patients")
        chosen = set(patients[int(fold) :: int(num_folds)])
    return sides(items, chosen)


def sides(items: Sequence[Item], chosen: Collection[str]) -> dict[str, list[Item]]:
    """Items under the keys `"train"` and `"val"`, where the chosen patients are validated on."""
    return {
        "train": [item for item in items if item["patient_id"] not in chosen],
        "val": [item for item in items if item["patient_id"] in chosen],
    }


def split_in_sequence(
    items: Sequence[Item], *, val_fraction: float = 0.25, fold: int | None = None, num_folds: int = 4, seed: int = 0
) -> dict[str, list[Item]]:
    """Training and validation items under the keys `"train"` and `"val"`, cut at most twice from the sequence they stand in.

    For the frames of a film and the sections of a block: neighbours look alike, so that a random split would validate on
    what was trained on.

    Args:
        items: at least two, in the order of time or place.
        val_fraction: share of the items, from the end, to validate on, in (0, 1); at least one, not all. Ignored with a `fold`.
        fold: which of `num_folds` contiguous parts to validate on, from 0; None splits by `val_fraction`.
        num_folds: number of parts, from 2 to the number of items.
        seed: accepted so that a config can swap this for `split_by_patient`; nothing is drawn.

    Raises:
        ValueError: if there are fewer than two items, or an argument is out of range.
    """
    number = len(items)
    if number < 2:
        raise ValueError(f"a split needs at least 2 images, got {number}; add some")
    if fold is None:
        start, stop = number - _number_to_validate(val_fraction, number), number
    else:
        check_folds(fold, num_folds, number, "images")
        start, stop = fold * number // num_folds, (fold + 1) * number // num_folds
    return {"train": [*items[:start], *items[stop:]], "val": list(items[start:stop])}


def check_folds(fold: int, num_folds: int, number: int, what: str) -> None:
    """Makes sure that there is such a fold.

    Args:
        fold: which, from 0.
        num_folds: how many, from 2 to `number`.
        number: how many there are to part.
        what: its name, for errors.

    Raises:
        ValueError: naming the first that is out of range.
    """
    if num_folds not in range(2, number + 1):
        raise ValueError(f"num_folds must be a whole number in 2..{number} (the number of {what}), got {num_folds!r}")
    if fold not in range(num_folds):
        raise ValueError(f"fold must be a whole number in 0..{num_folds - 1}, got {fold!r}")


def _number_to_validate(val_fraction: float, number: int) -> int:
    """How many of a number of patients or images to validate on: at least one, not all."""
    if not 0 < val_fraction < 1:
        raise ValueError(f"val_fraction must lie between 0 and 1, got {val_fraction!r}")
    return min(max(round(val_fraction * number), 1), number - 1)
