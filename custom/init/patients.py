"""Which images are of one patient, by their names: `anna_1`, `anna_2` … or `12L`, `12R`."""

import math
import re
from collections import Counter
from collections.abc import Sequence

# What programs write: copies of an image that Roboflow changed; tiles of a slide, of QuPath or by their row and column.
WRITTEN = (
    r"(.+)\.rf\.[0-9a-f]{16,}",
    r"(.+?) *\[[^\]]*x=[0-9]+[^\]]*\].*",
    r"(.+?)[_-](?:x|r|row)[_-]?[0-9]+[_-](?:y|c|col)[_-]?[0-9]+",
)
# Names with running numbers behind the patient's, and the left and right eye of one.
NUMBER = "[_. -][A-Za-z]*[0-9]+"
NUMBERED = tuple("(.+?)" + count * NUMBER for count in (3, 2, 1))
EYES = "(.*[0-9])[_-]?[LR]"
PLACES = "(.+)_([0-9]+)_([0-9]+)"
TILE_PX = 16  # least step between the places of tiles
FEWEST_PATIENTS = 4


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
    for pattern, finer in zip(NUMBERED, (*NUMBERED[1:], ""), strict=True):
        patients = _patients(pattern, names)
        if len(patients) >= FEWEST_PATIENTS and len(patients) > _most_parts(finer, names):
            return pattern
    return EYES if len(_patients(EYES, names)) >= FEWEST_PATIENTS else ""


def _patients(pattern: str, names: Sequence[str]) -> Counter[str]:
    """How many images each patient has; empty unless all names fit and half of the patients have several."""
    matches = [re.fullmatch(pattern, name) for name in names]
    patients = Counter(match[1] for match in matches if match)
    several = sum(number > 1 for number in patients.values())
    return patients if all(matches) and several >= len(patients) / 2 else Counter()


def _most_parts(finer: str, names: Sequence[str]) -> int:
    """Into how many parts, such as visits, the images of a patient fall by a pattern with a number less; 0 without one."""
    parts = {match[1] for name in names if finer and (match := re.fullmatch(finer, name))}
    return max(Counter(match[1] for part in parts if (match := re.fullmatch(NUMBERED[-1], part))).values(), default=0)


def _are_places(names: Sequence[str]) -> bool:
    """Whether all names end in two numbers that have a large step in common, as the pixels where tiles begin have."""
    matches = [re.fullmatch(PLACES, name) for name in names]
    return all(matches) and math.gcd(*(int(number) for match in matches if match for number in match.groups()[1:])) >= TILE_PX
