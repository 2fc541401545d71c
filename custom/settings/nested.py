"""Names of what lies deep in a config, such as `augmentation#transforms#5#prob`: whether they lead anywhere."""

from collections.abc import Iterable, Mapping
from typing import Any


def merged(configs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Configs over one another as MONAI lays them, as far as their own names lead somewhere; nothing of it may be changed."""
    whole: dict[str, Any] = {}
    for config in configs:
        for name, value in config.items():
            *way, last = name.split("#")
            found = _followed(whole, way)
            if isinstance(found, dict):
                found[last] = dict(value) if isinstance(value, dict) else value
    return whole


def check_leads_somewhere(config: Mapping[str, Any], name: str) -> None:
    """Makes sure that there is something in a config of which a name with `#` is a part.

    Raises:
        ValueError: if a part of it is no list or component, or a number is none of a list's.
    """
    *way, last = name.split("#")
    for end in range(1, len(way) + 1):
        found, following = _followed(config, way[:end]), [*way, last][end]
        if isinstance(found, list) and not (following.isdigit() and int(following) < len(found)):
            raise ValueError(
                f"{name} leads to nothing: {'#'.join(way[:end])} has {len(found)} parts, numbered from 0; choose one of them"
            )
        if not isinstance(found, list | dict) or (end < len(way) and isinstance(found, dict) and following not in found):
            nothing = way[: end + isinstance(found, dict)]
            raise ValueError(f"{name} leads to nothing: {'#'.join(nothing)} has no parts in this config; take it out")


def _followed(config: Any, way: Iterable[str]) -> Any:
    """What lies at the end of a way; None if that leads nowhere."""
    for key in way:
        if isinstance(config, dict):
            config = config.get(key)
        elif isinstance(config, list) and key.isdigit() and int(key) < len(config):
            config = config[int(key)]
        else:
            return None
    return config
