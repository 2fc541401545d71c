"""Whether what is taken for patients may be kinds of images, such as sites or classes, and how to tell patients then."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from custom.data.affixes import without_suffix
from custom.data.patients import OF_SEVERAL
from custom.files import format_of, split_suffix
from custom.init.patients import FEWEST_PATIENTS, Items, folders_of, patient_pattern
from custom.text.some import some

EACH, ALONE = "(.+)", "each image counts for itself"
INNERMOST = "(.+)/[^/]*"


def doubt_about_patients(items: Items, pattern: str = "", image_suffix: str = "") -> str:
    """What is told of patients that may be kinds of images, such as `benign`; empty if nothing is.

    Args:
        items: the datalist by folders alone.
        pattern: by which names images share a patient; empty for none.
        image_suffix: what the names of the images end with.
    """
    names = [str(item["patient_id"]) for item in items]
    folders = sorted(folders_of(items))
    owners = folders or sorted({match[1] for name in names if pattern and (match := re.fullmatch(pattern, name))})
    if not 2 <= len(owners) < len(items) or not (len(owners) < FEWEST_PATIENTS or _may_be_kinds(items, owners)):
        return ""
    each, whole = ("each folder", "whole folders") if folders else ("each name", "all images of a name")
    finer, counts = _finer(items, image_suffix) if folders else (EACH, ALONE)
    return (
        f"{each} ({some(owners, 3)}) is taken for a patient, so the validation gets {whole}; if they are no "
        f"patients, add --slices#patient_pattern {quote(finer)}, and {counts}"
    )


def _finer(items: Items, image_suffix: str) -> tuple[str, str]:
    """The pattern by which parts of the folders are patients, and what counts then."""
    images = [Path(str(item["image"])) for item in items]
    if len({image.parent for image in images}) > len({item["patient_id"] for item in items}):
        return INNERMOST, "each of the innermost folders counts for itself"
    stems = (Path(split_suffix(image.name)[0]) for image in images)
    pattern = patient_pattern([without_suffix(stem, (image_suffix,)).name for stem in stems])
    return (pattern, "images count by the names of their patients") if pattern else (EACH, ALONE)


def _may_be_kinds(items: Items, owners: Sequence[str]) -> bool:
    """Whether most are called by words, or as sites and the like, or there are fewer than volumes of any.

    Volumes that bear the name of their folder, as `p1/p1_ct`, are of one patient, however many there are.
    """
    called = [Path(owner).name for owner in owners]
    kinds = sum(not re.search("[0-9]", name) or bool(OF_SEVERAL.fullmatch(name)) for name in called)
    whose = ((Path(str(item["patient_id"])), Path(str(item["image"]))) for item in items)
    volumes = Counter(owner for owner, image in whose if format_of(image).volumes and owner.name not in image.name)
    return kinds > len(owners) / 2 or len(owners) < max(volumes.values(), default=0)
