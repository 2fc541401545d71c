"""Files of a data set by their names, and what these begin and end with."""

import re
from collections.abc import Container, Iterable, Mapping
from functools import cache
from pathlib import Path
from unicodedata import normalize

from custom.files import files_below, in_numeric_order, is_picture, split_suffix, without_by_products
from custom.files.names import HIDDEN

SEPARATOR = re.compile(r"[_\-. ]")  # between the words of a name
EACH = "*"  # in the name of a folder: any text, by which images and labels belong together
DEEP = "**"  # behind it: any folders below, whose names do not matter


def is_named(name: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether a name has one of the suffixes, or fits one of the patterns."""
    return any(_fitting(suffix).fullmatch(name.name) for suffix in suffixes)


def without_suffix(name: Path, suffixes: tuple[str, ...]) -> Path:
    """The name without the longest suffix that it has, or the part of it that the first `*` of a pattern stands for.

    A name that is nothing but the suffix becomes that of its folder, `case_1` for `case_1/imaging`; without a folder it stays.
    """
    fitting = [suffix for suffix in suffixes if is_named(name, (suffix,))]
    longest = max(fitting, key=lambda suffix: len(suffix.replace("*", "")), default="")
    match = _fitting(longest).fullmatch(name.name)
    left = match[1] if match else ""
    return name.with_name(left) if left else name.parent if name.parent.name else name


@cache
def _fitting(suffix: str) -> re.Pattern[str]:
    """What a name with this suffix, or of this pattern, looks like; its group is what image and label have in common."""
    start, _, end = suffix.partition("*") if "*" in suffix else ("", "", suffix)
    rest = ".*".join(map(re.escape, end.split("*")))
    return re.compile(f"{re.escape(start)}(.*){rest}", re.DOTALL)


def files_by_name(folder: Path) -> dict[Path, Path]:
    """All images in a folder and those below it, by `name_below`, without what a prediction left beside its masks."""
    found = sorted(without_by_products(filter(is_picture, files_below(folder))), key=in_numeric_order)
    return _named((name_below(folder, path), path) for path in found)


def files_in_each(root: Path, pattern: str) -> dict[Path, Path]:
    """All images of the folders that fit a pattern, by what each `*` stands for and their name below.

    Of `*/image`, `p1/image/a.png` is `p1/a`; of `*/*/image`, `p1/day2/image/a.png` is `p1/day2/a`. A `**` at its end changes
    nothing.
    """
    pattern = above(pattern)
    stars = re.compile("([^/]*)".join(map(re.escape, pattern.split(EACH))))
    found: dict[Path, Path] = {}
    for folder in sorted(root.glob(pattern), key=in_numeric_order):
        owner = stars.fullmatch(folder.relative_to(root).as_posix())
        if owner and folder.is_dir():
            found |= {Path(*owner.groups(), name): path for name, path in files_by_name(folder).items()}
    return found


def above(pattern: str) -> str:
    """The folder of a pattern such as `scans/**`; `.` for `**` alone, and other patterns as they are."""
    return (pattern.removesuffix(DEEP).rstrip("/") or ".") if is_deep(pattern) else pattern


def is_deep(pattern: str) -> bool:
    """Whether a pattern is of files in any folders below, which are told by their own names alone."""
    return pattern == DEEP or pattern.endswith(f"/{DEEP}")


def name_below(folder: Path, path: Path) -> Path:
    """The name of a file: its path relative to a folder, without the suffix of the format.

    One name may be stored in two ways: macOS takes `ü` apart, Linux and Windows do not.
    """
    name = path.relative_to(folder).with_name(split_suffix(path.name)[0])
    return Path(normalize("NFC", str(name)))


def stripped(
    suffixes: tuple[str, ...], files: Mapping[Path, Path], whole: Container[Path] = (), *, deep: bool = False
) -> dict[Path, Path]:
    """The files by names without their suffix.

    Args:
        suffixes: what the names may end with, or patterns.
        files: by name.
        whole: names that stay as they are.
        deep: whether folders do not matter, so that `a/b_1` is `b_1`.

    Raises:
        ValueError: if two files would have one name.
    """
    named = ((name if name in whole else without_suffix(name, suffixes), path) for name, path in files.items())
    return _named((Path(name.name) if deep else name, path) for name, path in named)


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
