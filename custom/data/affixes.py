"""What the names of the files of a data set begin and end with."""

from pathlib import Path


def is_named(name: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether a name has one of the suffixes, or fits one of the patterns."""
    return any(name.name.startswith(start) and name.name.endswith(end) for start, end in map(ends_of, suffixes))


def without_suffix(name: Path, suffixes: tuple[str, ...]) -> Path:
    """The name without the longest suffix that it has, or what is around the `*` of a pattern, if something is left."""
    fitting = [ends_of(suffix) for suffix in suffixes if is_named(name, (suffix,))]
    start, end = max(fitting, key=lambda ends: len("".join(ends)), default=("", ""))
    return name.with_name(name.name.removeprefix(start).removesuffix(end) or name.name)


def ends_of(suffix: str) -> tuple[str, str]:
    """What a name begins and ends with."""
    start, star, end = suffix.partition("*")
    return (start, end) if star else ("", suffix)
