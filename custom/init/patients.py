"""Which images are of one patient, by their names: `anna_1`, `anna_2` …, `anna_left`, `anna_right` or `12L`, `12R`.

Names of folders are read in the same way: `anna_1/flair.nii.gz` and `anna_2/flair.nii.gz` are two visits of one patient.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# What programs write: copies of an image that Roboflow changed; barcodes of TCGA; tiles of a slide, of QuPath or by their row
# and column.
WRITTEN = (
    r"(.+)\.rf\.[0-9a-f]{16,}",
    r"(TCGA[-_.][0-9A-Z]{2}[-_.][0-9A-Z]{4}).*",
    r"(.+?) *\[[^\]]*x=[0-9]+[^\]]*\].*",
    r"(.+?)[_-](?:x|r|row)[_-]?[0-9]+[_-](?:y|c|col)[_-]?[0-9]+",
)
# Names with running numbers behind the patient's, as in `anna_1`, `p1_v2_3` and `B02f01`, and letters, as in `12L` and `12R`.
NUMBER = "(?:[_. -][A-Za-z]*|(?<=[0-9])[A-Za-z]+)[0-9]+"
NUMBERED = tuple("(.+?)" + count * NUMBER for count in (3, 2, 1))
LETTERED = "(.*[0-9])[_-]?[A-Za-z]"
# Names of one to four words with others behind them that recur: `anna_left`, `0012_MLO`, `1_t2_SPACE`.
WORDS = tuple(f"({'[_. -]+'.join(['[^_. -]+'] * count)})(?:[_. -].+)?" for count in (1, 2, 3, 4))
RECURRING = 0.9  # least share of images whose ending others have, too
PLACES = "(.+)_([0-9]+)_([0-9]+)"
TILE_PX = 16  # least step between the places of tiles
FEWEST_PATIENTS = 4
Items = Sequence[Mapping[str, Any]]


def pattern_of(items: Items) -> str:
    """The pattern for `folder_images` by which images of a datalist share a patient, also across folders; empty for none."""
    names = [str(item["patient_id"]) for item in items]
    pattern = patient_pattern(names)
    return _below_folders(pattern, names) if folders_of(items) else pattern


def folders_of(items: Items) -> set[str]:
    """The patients of a datalist that are folders of images."""
    return {item["patient_id"] for item in items if Path(item["patient_id"]).name in Path(item["image"]).parent.parts}


def patient_pattern(names: Sequence[str]) -> str:
    """The pattern for `folder_images` by which images share a patient; empty if names tell of none.

    Of several numbers, as of patient, visit and image, the first is the patient's where there are more patients than any has
    visits; numbers of the place of a tile, in steps of 16 pixels or more, are no patient's.

    Args:
        names: the names of all images, without what they have in common.
    """
    for pattern in (*WRITTEN, *(PLACES,) * _are_places(names)):
        if len(_patients(pattern, names)) > 1:
            return pattern
    for pattern in WORDS:
        if len(_patients(pattern, names)) >= FEWEST_PATIENTS and _endings_recur(pattern, names):
            return pattern
    for pattern, finer in zip(NUMBERED, (*NUMBERED[1:], ""), strict=True):
        patients = _patients(pattern, names)
        if len(patients) >= FEWEST_PATIENTS and len(patients) > _most_parts(finer, names):
            return pattern
    return LETTERED if len(_patients(LETTERED, names)) >= FEWEST_PATIENTS else ""


def _below_folders(pattern: str, folders: Sequence[str]) -> str:
    """A pattern of the names of folders as one of the paths of the images below them, as `folder_images` takes it.

    It is empty where folders lie in others at different depths.
    """
    depths = {folder.count("/") for folder in folders}
    if not pattern or len(depths) > 1:
        return ""
    above = "[^/]+/" * depths.pop()
    for text, of_a_name in ((".+", "[^/]+"), (".*", "[^/]*"), ("[^_", "[^/_")):
        pattern = pattern.replace(text, of_a_name)
    return pattern.replace("(", f"({above}", 1) + "(?:/.*)?"


def _patients(pattern: str, names: Sequence[str]) -> Counter[str]:
    """How many images each patient has; empty unless all names fit and a patient has several."""
    matches = [re.fullmatch(pattern, name) for name in names]
    patients = Counter(match[1] for match in matches if match)
    return patients if all(matches) and len(patients) < len(names) else Counter()


def _most_parts(finer: str, names: Sequence[str]) -> int:
    """Into how many parts, such as visits, the images of a patient fall by a pattern with a number less; 0 if each is alone."""
    parts = {match[1] for name in names if finer and (match := re.fullmatch(finer, name))}
    parts = parts if len(parts) < len(names) else set()
    return max(Counter(match[1] for part in parts if (match := re.fullmatch(NUMBERED[-1], part))).values(), default=0)


def _are_places(names: Sequence[str]) -> bool:
    """Whether all names end in two numbers that have a large step in common, as the pixels where tiles begin have."""
    matches = [re.fullmatch(PLACES, name) for name in names]
    return all(matches) and math.gcd(*(int(number) for match in matches if match for number in match.groups()[1:])) >= TILE_PX


def _endings_recur(pattern: str, names: Sequence[str]) -> bool:
    """Whether names end in a few words, some with letters, that several patients have behind their names."""
    owners: dict[str, set[str]] = {}
    parts = [(match[1], name[match.end(1) :]) for name in names if (match := re.fullmatch(pattern, name))]
    for patient, ending in parts:
        owners.setdefault(ending, set()).add(patient)
    shared = sum(len(owners[ending]) > 1 for _, ending in parts)
    few = len(owners) <= len({patient for patient, _ in parts})
    return few and shared >= RECURRING * len(parts) and any(re.search("[A-Za-z]", ending) for ending in owners)
