"""What the names of files begin and end with: prefixes and suffixes that tell kinds of files."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from custom.data.affixes import EACH, SEPARATOR, is_named, without_suffix

LEAST_SHARE = 0.15  # least share of a folder's files that a prefix or suffix must have
MOST_AFFIXES = 16
LOOKED_AT = 3000  # names of a folder, by which affixes are judged
UUID = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")  # tells nothing: `*` stands for it
# A running number, which tells files apart and not kinds of files: the suffix `_7`, the prefixes `7_` and `IMG_7_`.
COUNTED = re.compile(rf"{SEPARATOR.pattern}\d+|([A-Za-z]+{SEPARATOR.pattern})?\d+{SEPARATOR.pattern}")


def affixes_of(names: Sequence[Path], *, middles: bool = False) -> list[str]:
    """The suffixes, and the prefixes as patterns, that enough of the names have.

    Args:
        names: what files are called, without the suffix of their format.
        middles: whether there are also patterns of a suffix with the prefix that all names share, but for running numbers.
    """
    some = names[:LOOKED_AT]
    suffixes, prefixes = (_frequent(map(parts, some), len(some)) for parts in (_suffixes, _prefixes))
    shared = _shared_prefix(some) if middles else ""
    both = [f"{shared}*{suffix.removeprefix(EACH)}" for suffix in suffixes if shared]
    return [*suffixes, *(f"{prefix}*" for prefix in prefixes), *(pattern for pattern in both if _leaves_words(pattern, some))]


def _leaves_words(pattern: str, names: Sequence[Path]) -> bool:
    """Whether what is left of names is more than a running number, which another program may have given to another file."""
    return all(re.search("[A-Za-z]", without_suffix(name, (pattern,)).name) for name in names if is_named(name, (pattern,)))


def one_in_each(names: Sequence[Path]) -> list[str]:
    """What one name ends with in most of several folders, such as `ct` of `p1/ct`, or `_CT` of `p1/p1_CT`."""
    number = len({name.parent for name in names})
    if number < 2:
        return []
    ends = Counter((name.parent, end) for name in names for end in {*_suffixes(name)})
    folders = Counter(end for (_, end), files in ends.items() if files == 1)
    return [end for end, held in folders.items() if 2 * held > number]


def _frequent(affixes: Iterable[list[str]], number: int) -> list[str]:
    """Affixes of enough files, the most frequent first, shorter ones before longer ones."""
    counts = Counter(affix for of_name in affixes for affix in of_name)
    least = max(min(2, number // 2), LEAST_SHARE * number)  # one of two, such as a stack and its labels, is enough
    kept = {affix: n for affix, n in counts.items() if n >= least and _tells_kinds(affix, n / number)}
    return sorted(kept, key=lambda affix: (-kept[affix], len(affix), affix))[:MOST_AFFIXES]


def _tells_kinds(affix: str, share: float) -> bool:
    return share > 0.9 or not COUNTED.fullmatch(affix)


def _suffixes(path: Path) -> list[str]:
    """What a name may end with: each part from a separator on, and, in a folder, itself, which several folders may hold."""
    name = path.name
    ends = [name[match.start() :] for match in SEPARATOR.finditer(name) if match.start() > 0]
    if UUID.search(name):
        ends = [f"*{UUID.sub('*', end)}" if UUID.search(end) else end for end in ends]
    return [*ends, name] if path.parent.name and any(map(str.isalpha, name)) else ends


def _shared_prefix(names: Sequence[Path]) -> str:
    """The longest prefix that all names have; empty if there is none."""
    common = [prefix for prefix in _prefixes(names[0]) if all(name.name.startswith(prefix) for name in names)]
    return max(common, key=len, default="")


def _prefixes(path: Path) -> list[str]:
    """What a name may begin with: each part up to a separator, and the letters before a first digit."""
    name = path.name
    found = [name[: match.end()] for match in SEPARATOR.finditer(name) if match.end() < len(name)]
    letters = re.match(r"[A-Za-z]+(?=\d)", name)
    return [*found, letters[0]] if letters else found
