"""Whom images are of, by the folders that they lie in, or by names as BIDS has them.

::

    images/p1/3.png     images/p1/visit_2/flair.nii.gz     images/LGG/p7/flair.nii.gz     images/sub-01_ses-2_T1w.nii.gz
           p1                  p1                                 LGG/p7                         sub-01
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

BIDS = re.compile(r"(sub-[A-Za-z0-9]+)_.+")
# Folders of several patients, by their names: `site_1`, `Center 2`, `VendorA`.
OF_SEVERAL = re.compile(
    r"(site|cent(er|re)|hospital|vendor|scanner|institution|batch|fold|cohort)s?(\d{1,3}|[a-z]\d?|[_ -]\w{1,3})?", re.IGNORECASE
)


def patients_of(pages: Sequence[tuple[Path, Path]], number_of_images: int) -> list[str]:
    """The patient of each image: images of one folder are of one, as are the pages of one file of several.

    Where folders lie in folders, the outermost level that has more folders than any one of its folders holds are the patients:
    of fifty folders with two visits each the fifty, of two grades of tumours with a hundred folders each the two hundred.
    Folders that are called as those of several patients, such as `site_1`, are passed by where they hold others.

    Args:
        pages: for each image the name of its file, relative to the folder of the images, and its own, `stack/3` of a page.
        number_of_images: files of the data set.
    """
    subjects = [BIDS.fullmatch(name.name) for name, _ in pages]
    if all(subjects):
        return [subject[1] for subject in subjects if subject]
    alone = [len(page.parts) == 1 or (page != name and number_of_images == 1) for name, page in pages]
    depth = _depth(page.parts[:-1] for _, page in pages)
    return [str(page) if own else str(Path(*page.parts[:-1][:depth])) for own, (_, page) in zip(alone, pages, strict=True)]


def _depth(folders: Iterable[tuple[str, ...]]) -> int:
    """How many folders, one in the other, name a patient; 0 where images lie in none."""
    known = {*folders}
    deepest = max(map(len, known), default=0)
    for depth in range(1, deepest):
        held = Counter(folder[:depth] for folder in known)
        if all(OF_SEVERAL.fullmatch(folder[-1]) for folder in held):
            continue
        if len(held) > max(held.values()):
            return depth
    return deepest
