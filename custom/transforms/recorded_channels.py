"""Which channels of an image a network sees, as its weights' record says it."""

from collections.abc import Mapping
from typing import Any

from monai.transforms import Identityd, MapTransform

from custom.transforms.grey import Greyd
from custom.transforms.neighbouring_slices import NeighbouringSlicesd
from custom.transforms.one_channel import OneChanneld

# The transforms that a record may name, with their arguments. A record may come from anybody: it names no other code.
KNOWN: dict[type[MapTransform], tuple[str, ...]] = {
    Identityd: (),
    Greyd: ("channels",),
    NeighbouringSlicesd: (),
    OneChanneld: ("channel", "num_channels"),
}
BY_NAME = {known.__name__: known for known in KNOWN}


def described_channels(transform: Any) -> dict[str, Any]:
    """A transform as a record holds it, such as `{"name": "OneChanneld", "channel": 1, "num_channels": 3}`."""
    arguments = KNOWN.get(type(transform), ())
    return {"name": type(transform).__name__, **{name: getattr(transform, name) for name in arguments}}


def channels_component(described: Mapping[str, Any]) -> dict[str, Any]:
    """The component of a config that makes what a record names.

    Raises:
        ValueError: if no transform of this package has that name.
    """
    name = type(recorded_channels({"channels": described})).__name__
    arguments = {key: value for key, value in described.items() if key != "name"}
    return {"_target_": name if name == "Identityd" else f"custom.transforms.{name}", "keys": "image", **arguments}


def is_recorded(component: Any) -> bool:
    """Whether the `channels` of a config are those of the record."""
    return isinstance(component, dict) and component.get("record") == "@record"


def recorded_channels(record: Mapping[str, Any]) -> MapTransform:
    """The transform of images that a record names under `channels`.

    Raises:
        ValueError: if it is none of those in `KNOWN`; weights of a training with another are used with its own config.
    """
    described = dict(record.get("channels") or {"name": "Identityd"})
    name = described.pop("name", None)
    known = BY_NAME.get(str(name))
    if known is None or set(described) != set(KNOWN[known]) or not all(type(value) is int for value in described.values()):
        raise ValueError(
            f"channels: the record of the weights names {name!r}, which only the config of their training knows; "
            f"lay the overlay with that component over this config, or name one of {', '.join(BY_NAME)}"
        )
    return known("image", **described)
