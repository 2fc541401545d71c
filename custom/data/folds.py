"""Folds of a cross-validation: whole patients, spread evenly by institution and size of what is marked.

A fold is dealt like cards. The patients of an institution are sorted by size and cut into hands of as many as there are folds;
each hand is shuffled, and all hands are dealt one after the other::

    institution CS, sizes  1 2 3 | 7 8        3 folds
    institution DU, sizes  4 5 6 | 9
    shuffled hands         2 1 3   8 7   5 4 6   9
    dealt to fold          0 1 2   0 1   2 0 1   2

So folds differ by one patient at most, in all and in each institution, and patients of like size part.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from custom.data.splits import Item, check_folds, sides
from custom.files import read_label
from custom.files.errors import named
from custom.storage.json_object import read_json_object

# The second part of a name in The Cancer Genome Atlas is where the tissue came from, as DU in TCGA_DU_5849_19950405.
SOURCE_SITE = re.compile(r"TCGA[_-]([A-Z0-9]{2})[_-]")
MEND = "`python -m custom crossval` writes such a file"


def institution(patient_id: str) -> str:
    """Where a patient of The Cancer Genome Atlas was treated, such as `DU`; an empty string for other names."""
    match = SOURCE_SITE.match(Path(patient_id).name)
    return match[1] if match else ""


def marked_pixels(items: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many pixels of each patient's labels are not 0, by `patient_id`. All labels are read.

    Args:
        items: dictionaries with `"patient_id"` and the path of `"label"`.

    Raises:
        ValueError: if a label cannot be read; the message names the file.
    """
    sizes: dict[str, int] = {}
    for item in items:
        with named(item["label"]):
            marked = int(np.count_nonzero(read_label(item["label"]).values > 0))
        sizes[item["patient_id"]] = sizes.get(item["patient_id"], 0) + marked
    return sizes


def stratified_folds(sizes: Mapping[str, float], num_folds: int, seed: int = 0) -> list[list[str]]:
    """The patients of each fold, sorted by name.

    Args:
        sizes: how much is marked, by `patient_id`, such as `marked_pixels` gives it.
        num_folds: from 2 to the number of patients.
        seed: start of the random numbers; the same patients, sizes and seed give the same folds.

    Raises:
        ValueError: if there are fewer than two patients, or `num_folds` is out of range.
    """
    check_folds(0, num_folds, len(sizes), "patients")
    draw = random.Random(seed)
    dealt: list[str] = []
    for _, group in groupby(sorted(sizes, key=lambda name: (institution(name), sizes[name], name)), key=institution):
        patients = list(group)
        hands = [patients[start : start + num_folds] for start in range(0, len(patients), num_folds)]
        dealt += [patient for hand in hands for patient in draw.sample(hand, len(hand))]
    return [sorted(dealt[fold::num_folds]) for fold in range(num_folds)]


def written_fold(items: Sequence[Item], path: str | Path, fold: int) -> dict[str, list[Item]]:
    """Training and validation items under the keys `"train"` and `"val"`, by a file of folds.

    Args:
        items: dictionaries with a `"patient_id"`.
        path: a file `{"folds": [[patient, …], …]}`, as a cross-validation writes it.
        fold: which of them to validate on, from 0.

    Raises:
        ValueError: if there is no such file or fold, or the data hold other patients than the file.
    """
    folds = read_folds(path)
    check_folds(fold, len(folds), sum(map(len, folds)), "patients")
    known, found = {patient for part in folds for patient in part}, {item["patient_id"] for item in items}
    if known != found:
        name = min(known ^ found)
        where = "in the file and not in the data" if name in known else "in the data and not in the file"
        raise ValueError(f"{path}: patient {name} is {where}; use the data that the folds were made of")
    return sides(items, set(folds[fold]))


def read_folds(path: str | Path, argument: str = "folds", mend: str = MEND) -> list[list[str]]:
    """The patients of each fold of a file.

    Args:
        path: the file.
        argument: name of the argument or option that led to it; errors begin with it.
        mend: what to do if it is not as it should be; errors end with it.

    Raises:
        ValueError: if there is no such file, it holds no folds, or a patient is in two of them.
    """
    folds = read_json_object(path, argument, mend).get("folds")
    if not (isinstance(folds, list) and len(folds) > 1 and all(map(_is_fold, folds))):
        raise ValueError(f"{argument}: {path} holds no folds; {mend}")
    (name, times), *_ = Counter(name for part in folds for name in part).most_common(1)
    if times > 1:
        raise ValueError(f"{argument}: {path} names the patient {name} {times} times; {mend}")
    return folds


def _is_fold(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(name, str) for name in part)
