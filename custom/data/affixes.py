"""Files of a data set by their names, and what these begin and end with."""

import re
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from unicodedata import normalize

from custom.files import files_below, in_numeric_order, is_picture, split_suffix, without_by_products
from custom.files.names import HIDDEN

SEPARATOR = re.compile(r"[_\-. ]")  # between the words of a name


def is_named(name: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether a name has one of the suffixes, or fits one of the patterns."""
    return any(name.name.startswith(start) and name.name.endswith(end) for start, end in map(ends_of, suffixes))


def without_suffix(name: Path, suffixes: tuple[str, ...]) -> Path:
    """The name without the longest suffix that it has, or the part of it that the `*` of a pattern stands for.

    A name that is nothing but the suffix becomes that of its folder, `case_1` for `case_1/imaging`; without a folder it stays.
    """
    fitting = [ends_of(suffix) for suffix in suffixes if is_named(name, (suffix,))]
    start, end = max(fitting, key=lambda ends: len("".join(ends)), default=("", ""))
    left = name.name.removeprefix(start).removesuffix(end)
    return name.with_name(left) if left else name.parent if name.parent.name else name


def ends_of(suffix: str) -> tuple[str, str]:
    """What a name with this suffix, or of this pattern, begins and ends with."""
    start, star, end = suffix.partition("*")
    return (start, end) if star else ("", suffix)


def files_by_name(folder: Path) -> dict[Path, Path]:
    """All images in a folder and those below it, by `name_below`, without what a prediction left beside its masks."""
    found = sorted(without_by_products(filter(is_picture, files_below(folder))), key=in_numeric_order)
    return _named((name_below(folder, path), path) for path in found)


def files_in_each(root: Path, pattern: str) -> dict[Path, Path]:
    """All images of the folders that fit a pattern, by what each `*` stands for and their name below.

    Of `*/image`, `p1/image/a.png` is `p1/a`; of `*/*/image`, `p1/day2/image/a.png` is `p1/day2/a`.
    """
    stars = re.compile("([^/]*)".join(map(re.escape, pattern.split("*"))))
    found: dict[Path, Path] = {}
    for folder in sorted(root.glob(pattern), key=in_numeric_order):
        owner = stars.fullmatch(folder.relative_to(root).as_posix())
        if owner and folder.is_dir():
            found |= {Path(*owner.groups(), name): path for name, path in files_by_name(folder).items()}
    return found


def name_below(folder: Path, path: Path) -> Path:
    """The name of a file: its path relative to a folder, without the suffix of the format.

    One name may be stored in two ways: macOS takes `ü` apart, Linux and Windows do not.
    """
    name = path.relative_to(folder).with_name(split_suffix(path.name)[0])
    return Path(normalize("NFC", str(name)))


def stripped(suffixes: tuple[str, ...], files: Mapping[Path, Path], whole: Container[Path] = ()) -> dict[Path, Path]:
    """The files by names without their suffix.

    Args:
        suffixes: what the names may end with, or patterns.
        files: by name.
        whole: names that stay as they are.

    Raises:
        ValueError: if two files would have one name.
    """
    return _named((name if name in whole else without_suffix(name, suffixes), path) for name, path in files.items())


def _named(files: Iterable[tuple[Path, Path]]) -> dict[Path, Path]:
    named: dict[Path, Path] = {}
    for name, path in files:
        if name in named:
            raise ValueError(f"{path}: has the same name as {named[name].name}; remove one of them")
        named[name] = path
    return named


def subfolders(root: Path) -> list[Path]:
    """The folders in a folder, sorted, hidden ones aside."""
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(HIDDEN))
