"""The record beside weights, `model.json` beside `model.pt`: what they are, and how to predict with them.

::

    {"schema": 1,
     "weights":  {"model.pt": SHA-256},
     "network":  {"class": "custom.networks.UNet", "in_channels": 1, …},
     "input":    {"channels": {"name": "Identityd"}, "image_channels": 1, "downsampling": 2, "normalisation": […]},
     "output":   {"classes": ["background", "cell", "border"], "border_class": 2, "threshold": 0.5, …},
     "training": {"configs": […], "seed": 0, "data": {"sha256": …, "images": 12}, "scores": {…}},
     "versions": {"bundle": "0.8.0", "monai": …, "torch": …}}

A record is data and may come from anybody: whatever is read from it keeps the rule of its setting, and none of it is run.
"""

import math
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from torch import nn

from custom.bundle_root import bundle_version
from custom.networks.unet import UNet
from custom.settings.rules import is_plain
from custom.settings.table import RECORDED
from custom.text.nearest import did_you_mean

SCHEMA = 1
MEND = "take it from the training again, or remove it"
CHANNELS = ("in_channels", "out_channels")
# What a record may say of how to predict; of the training it may tell anything.
NAMES = {
    section: {key for row in RECORDED.values() for place, key in [row.record.split(".")] if place == section} | further
    for section, further in (("network", {"class"}), ("input", {"channels", "normalisation"}), ("output", set[str]()))
}


def new_record(
    settings: Mapping[str, Any], network: nn.Module, *, channels: Mapping[str, Any], normalisation: list[Any], **training: Any
) -> dict[str, Any]:
    """The record of a network.

    Args:
        settings: by their names; those that a record holds are taken.
        network: the network; where its architecture differs from the settings, the network counts. Of one that is no `UNet`
            the record holds its class and the numbers of channels.
        channels: what `custom.transforms.recorded_channels.described_channels` gives.
        normalisation: the transforms that normalise intensities.
        training: what else is known, such as `scores`.
    """
    record: dict[str, Any] = {"schema": SCHEMA, "weights": {}, "network": {"class": _class_name(network)}}
    record |= {"input": {"channels": dict(channels)}, "output": {}, "training": training}
    ours = isinstance(network, UNet)
    for name, row in RECORDED.items():
        section, key = row.record.split(".")
        if section == "network" and not ours and key not in CHANNELS:  # settings of a U-Net describe no other network
            continue
        if name in settings and not (name == "temperature" and settings[name] == 1):  # 1: the weights were never calibrated
            record[section][key] = settings[name]
    if isinstance(network, UNet):
        record["network"].update(architecture(network))
    record["input"]["normalisation"] = normalisation
    record["output"]["classes"] = class_names(
        settings.get("class_names", []), record["network"].get("out_channels", 1), settings.get("border_class", 0)
    )
    record["versions"] = {"bundle": bundle_version(), **{name: version(name).split("+")[0] for name in ("monai", "torch")}}
    return record


def architecture(network: UNet) -> dict[str, Any]:
    """The arguments that a `UNet` was made with, but for dropout, which its weights do not depend on."""
    first, up = network.encoder[0][0], network.decoder[0].up if len(network.decoder) else None  # type: ignore[index]
    upsample = up[0].mode if isinstance(up, nn.Sequential) else "transposed"
    return {
        "in_channels": network.in_channels,
        "out_channels": network.head.out_channels,
        "init_features": first.out_channels,
        "depth": network.depth,
        "upsample": upsample,
        "padding": network.padding,
        "batch_norm": any(isinstance(module, nn.BatchNorm2d) for module in network.modules()),
    }


def architecture_arguments(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a `UNet` among settings: `in_channels` for `input_channels` and so on."""
    rows = {name: row.record.split(".") for name, row in RECORDED.items()}
    return {key: settings[name] for name, (section, key) in rows.items() if section == "network" and name in settings}


def class_names(names: list[str], num_classes: int, border_class: int) -> list[str]:
    """The names of the classes 0, 1 …, a mask being two; names of another number are replaced by plain ones.

    Args:
        names: those that are known; empty for none.
        num_classes: 1 for masks, else the number of classes with the background.
        border_class: the last class, if it marks borders between touching cells; 0 for none.
    """
    number = max(2, num_classes)
    if len(names) == number:
        return list(names)
    plain = ["background", *(["object"] if num_classes == 1 else [f"class {index}" for index in range(1, number)])]
    return [*plain[:-1], "border"] if border_class else plain


def settings_in(record: Mapping[str, Any], path: str | Path) -> dict[str, Any]:
    """The settings that a record holds, by their names, and `channels`.

    `image_channels` equal to `input_channels` is left out: configs follow the latter, also where it is set by hand.

    Raises:
        ValueError: if one breaks its rule, or has no name that is known; then it would be left out, and a default taken.
    """
    found: dict[str, Any] = {}
    for section, names in NAMES.items():
        part = record.get(section, {})
        if not isinstance(part, dict):
            raise ValueError(f"checkpoint: the record {path} is broken: {section} holds no names; {MEND}")
        for key in sorted(part.keys() - names):
            near = did_you_mean(key, names)
            raise ValueError(f"checkpoint: the record {path} is broken: {section} has no {key!r}{near}; {MEND}")
    for name, row in RECORDED.items():
        section, key = row.record.split(".")
        part = record.get(section, {})
        if key in part:
            if not is_plain(part[key]) or not row.rule.holds(part[key]):
                raise ValueError(
                    f"checkpoint: the record {path} is broken: {row.record} must be {row.rule.words}, got {part[key]!r}; {MEND}"
                )
            found[name] = part[key]
    if "image_channels" in found and found["image_channels"] == found.get("input_channels"):
        del found["image_channels"]
    channels = record.get("input", {}).get("channels")
    if channels is None:
        return found
    if not isinstance(channels, dict) or "name" not in channels:
        raise ValueError(f"checkpoint: the record {path} is broken: input.channels must hold a name, got {channels!r}; {MEND}")
    return {**found, "channels": channels}


def finite_scores(scores: Iterable[tuple[str, Any]]) -> dict[str, float]:
    """The scores that are finite numbers, rounded to six digits."""
    numbers = {name: float(value) for name, value in scores if isinstance(value, int | float)}
    return {name: float(f"{value:.6g}") for name, value in numbers.items() if math.isfinite(value)}


def _class_name(network: nn.Module) -> str:
    return "custom.networks.UNet" if isinstance(network, UNet) else f"{type(network).__module__}.{type(network).__qualname__}"
