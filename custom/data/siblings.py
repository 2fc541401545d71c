"""Files that show what a training's images show in another way: further channels and sequences beside them.

::

    trained on case_1_0000      beside it: case_1_0001, another channel
               p1/p1-flair                 p1/p1-t1
               p1/flair                    p1/t1
"""

from collections.abc import Sequence
from pathlib import Path

from custom.data.affixes import SEPARATOR, is_named, without_suffix
from custom.files import split_suffix


def siblings(files: Sequence[Path], image_suffix: str, *, deep: bool = False) -> set[Path]:
    """The files that have the name of an image but for its ending, which is not that of the training's images.

    Args:
        files: relative to the folder that holds all of them.
        image_suffix: how the names of the training's images end, such as `_0000`; where it is empty, no file is left out.
        deep: whether folders do not matter.
    """
    if not image_suffix:
        return set()
    stems = {file: file.with_name(split_suffix(file.name)[0]) for file in files}
    images = {file for file, stem in stems.items() if is_named(stem, (image_suffix,))}
    whole = {file.parent for file in images if stems[file].name == image_suffix}
    place = (lambda stem: Path(stem.name)) if deep else (lambda stem: stem)
    bases = {place(without_suffix(stems[file], (image_suffix,))) for file in images if file.parent not in whole}
    return {
        file
        for file, stem in stems.items()
        if file not in images and (not whole.isdisjoint(file.parents) or not bases.isdisjoint(map(place, _parts(stem))))
    }


def _parts(stem: Path) -> set[Path]:
    """What stands before and behind each separator of a name."""
    cuts = [(stem.name[: cut.start()], stem.name[cut.end() :]) for cut in SEPARATOR.finditer(stem.name)]
    return {stem.with_name(part) for cut in cuts for part in cut if part}
