"""Which images are of one patient, by their names: `anna_1`, `anna_2` … or `12L`, `12R`."""

import re
from collections import Counter
from collections.abc import Sequence

# Copies of an image that Roboflow changed, names with a running number behind the patient's, and the left and right eye of one.
PATTERNS = (r"(.+)\.rf\.[0-9a-f]{16,}", "(.+)[_. -][A-Za-z]*[0-9]+", "(.*[0-9])[_-]?[LR]")
FEWEST_PATIENTS = 4


def patient_pattern(names: Sequence[str]) -> str:
    """The pattern for `folder_images` by which images share a patient; empty if names tell of none.

    Args:
        names: the names of all images, without what they have in common.
    """
    for pattern in PATTERNS:
        matches = [re.fullmatch(pattern, name) for name in names]
        patients = Counter(match[1] for match in matches if match)
        several = sum(number > 1 for number in patients.values())
        if all(matches) and len(patients) >= FEWEST_PATIENTS and several >= len(patients) / 2:
            return pattern
    return ""
