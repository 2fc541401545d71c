"""All texts, floating-point numbers and components of a config, however deep, with their IDs."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

REFERENCE = re.compile(r"@(\w*(?:::\w*)*)")  # MONAI's ReferenceResolver.id_matcher, without importing it


def references(value: str) -> set[str]:
    """IDs that a text refers to with `@`, with `::` between their parts; none if it is no reference or expression."""
    text = value.replace("#", "::")
    whole = REFERENCE.fullmatch(text)
    return set(REFERENCE.findall(text)) if value.startswith("$") or whole else set()


def texts(config: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a config that is no description, with its ID."""
    for key, value in _parts(config):
        path = f"{name}#{key}" if name else str(key)
        if isinstance(value, str) and key != "_desc_":
            yield path, value
        yield from texts(value, path)


def numbers(config: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Each floating-point number in a config, with its ID."""
    for key, value in _parts(config):
        path = f"{name}#{key}" if name else str(key)
        if isinstance(value, float):
            yield path, value
        yield from numbers(value, path)


def components(config: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part of a config that has a `_target_`, with its ID."""
    for key, value in _parts(config):
        path = f"{name}#{key}" if name else str(key)
        if isinstance(value, dict) and "_target_" in value:
            yield path, value
        yield from components(value, path)


def _parts(config: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(config, dict):
        return config.items()
    return enumerate(config) if isinstance(config, list) else ()
