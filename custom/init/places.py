"""Where in a data set images and labels may lie: its part for training, its folders, and the training part of each of these."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from custom.data.affixes import EACH, SEPARATOR, above, files_in_each, name_below, subfolders
from custom.files import files_below, in_numeric_order, is_picture, without_by_products
from custom.init.name_parts import one_in_each
from custom.init.naming import Group, groups_of

# Without what stands between words: `Train Set`, `train_set` and `TrainSet` are one.
TRAINING = tuple(f"{word}{what}" for word in ("training", "train") for what in ("", "set", "data", "labeled", "labelled"))
OTHERS = tuple(
    f"{word}{what}"
    for word in ("test", "testing", "val", "valid", "validation", "tuning", "dev", "eval")
    for what in ("", "set", "data")
)


def training_part(folder: Path) -> Path | None:
    """The folder in another one that is called as the part to train on, or None."""
    parts = {_in_one_word(part): part for part in subfolders(folder)}
    return next((parts[name] for name in TRAINING if name in parts), None)


def innermost(folder: Path) -> Path:
    """The folder itself or, if all its images lie in one folder below, that one, and so on, as archives are packed."""
    while not any(path.is_file() and is_picture(path) for path in folder.iterdir()):
        inner = [below for below in subfolders(folder) if any(map(is_picture, files_below(below)))]
        if len(inner) != 1:
            break
        folder = inner[0]
    return folder


def other_parts(root: Path, chosen: str | Path) -> list[str]:
    """What is kept to judge by, beside the part to train on; relative to the root.

    Args:
        root: the data set.
        chosen: a folder in it, itself, or a pattern of folders, for which nothing is told.
    """
    folder = root / chosen
    if _in_one_word(folder) not in TRAINING or folder == root or not folder.is_dir():
        return []
    return [str(part.relative_to(root)) for part in subfolders(folder.parent) if _in_one_word(part) in OTHERS]


def groups_in(root: Path, asked: Mapping[str, str] = MappingProxyType({})) -> list[Group]:
    """The kinds of files of the folder itself and of those below it; where these have a part to train on, of that.

    Args:
        root: the data set.
        asked: how a person says that files or folders are called, by the fields of `Names`.
    """
    places = [root]
    for folder in subfolders(root):
        part = training_part(folder)
        places += [folder] if part is None else [part] if _is_split(folder) else [folder, part]
        places += [inner for inner in [innermost(folder)] if inner not in places]
    found = []
    for place in places:
        files = sorted(without_by_products(filter(is_picture, files_below(place))), key=in_numeric_order)
        found.append((str(place.relative_to(root)), {name_below(place, path): path for path in files}))
    wanted = [asked[name] for name in ("image_suffix", "label_suffix") if name in asked]
    patterns = [asked[name] for name in ("image_folder", "label_folder") if EACH in above(asked.get(name, ""))]
    found += [(pattern, files_in_each(root, pattern)) for pattern in dict.fromkeys([*recurring(root), *patterns])]
    return [
        group
        for folder, stems in found
        if stems
        for group in groups_of(folder, stems, [*wanted, *(_of_all(stems) if wanted else [])])
    ]


def _of_all(stems: Iterable[Path]) -> list[str]:
    """Names that recur in the uppermost folders with files: `ct` of `p1/ct` and `p1/organs/liver`, of however many organs.

    Of endings of names, as of `p1/p1_ct`, those that one file in most of these folders has.
    """
    names = list(stems)
    depth = min(len(name.parts) for name in names)
    upper = [name for name in names if len(name.parts) == depth]
    return [*(name for name, number in Counter(name.name for name in upper).items() if number > 1), *one_in_each(upper)]


def recurring(root: Path) -> list[str]:
    """Patterns of folders that recur for each patient or visit: `*/image`, `*/raw/labeled`, `*/*/image`, `Slide_*`."""
    folders = [folder for folder in subfolders(root) if _in_one_word(folder) not in OTHERS]
    visits = [below for folder in folders for below in subfolders(folder)]
    parted = any(_in_one_word(visit) in (*TRAINING, *OTHERS) for visit in visits)  # `p1/train` and `p1/test` are no visits
    several = [*_in_most(folders, "*"), *([] if parted else _in_most(visits, "*/*"))]
    numbered = Counter(match[1] for folder in folders if (match := re.fullmatch("(.*[^0-9])[0-9]+", folder.name)))
    alike = [f"{name}*" for name, number in numbered.items() if number > max(2, len(folders) // 4)]
    return several + (alike if len(alike) > 1 else [])


def _in_most(folders: list[Path], pattern: str) -> list[str]:
    """Patterns of what more than half of the folders, which fit a pattern, hold a folder of, at one depth or two."""
    inner = Counter(name for folder in folders for name in _names_below(folder))
    return [f"{pattern}/{name}" for name, number in inner.items() if number > max(2, len(folders) // 2)]


def _names_below(folder: Path) -> set[str]:
    """What lies in a folder; also with `*` for its number, as `images_C1` in `data_C1` is `images_C*`."""
    places = [place for below in subfolders(folder) for place in (innermost(below), *subfolders(below))]
    names = {str(place.relative_to(folder)) for place in places}
    numbers = "|".join(sorted(re.findall("[0-9]+", folder.name), key=len, reverse=True))
    return names | {re.sub(f"(?<![0-9])(?:{numbers})(?![0-9])", "*", name) for name in names if numbers}


def _is_split(folder: Path) -> bool:
    """Whether a folder holds nothing but parts."""
    named = all(_in_one_word(part) in (*TRAINING, *OTHERS) for part in subfolders(folder))
    return named and not any(path.is_file() and is_picture(path) for path in folder.iterdir())


def _in_one_word(folder: Path) -> str:
    return SEPARATOR.sub("", folder.name.lower())
