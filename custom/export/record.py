"""The record of exported weights: that of the training, or else what their config and tensors tell."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from custom.configs.values import check_against_weights, check_settings
from custom.networks import UNet
from custom.networks.knowledge import known_settings, record_of
from custom.networks.record import new_record
from custom.settings.rules import as_config
from custom.settings.table import RECORDED
from custom.transforms.recorded_channels import channels_component, described_channels, is_recorded
from custom.transforms.recorded_steps import described_steps


def settings_of_export(config: Mapping[str, Any], checkpoint: str | Path) -> dict[str, Any]:
    """What `inference.json` sets for weights, by the names of a record, and `channels`.

    Args:
        config: `inference.json`, with overlays merged.
        checkpoint: the weights; empty for what the config takes without any.

    Raises:
        ValueError: if a setting breaks its rule, or the weights were made with another.
    """
    parser = parser_of(config, checkpoint)
    settings = {name: parser.get_parsed_content(name) for name in RECORDED if name in config}
    channels = described_channels(parser.get_parsed_content("channels"))
    known = known_settings(checkpoint)
    check_settings(**settings)
    check_against_weights(settings, channels, known, str(checkpoint))
    unseen = {name: known[name] for name in RECORDED if name in known and name not in settings}
    return {**unseen, **settings, "channels": channels}


def parser_of(config: Mapping[str, Any], checkpoint: str | Path) -> ConfigParser:
    """The parser of a config for some weights."""
    return ConfigParser({**deepcopy(dict(config)), "checkpoint": as_config(str(checkpoint))})


def with_own_record(config: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """`inference.json` that knows the bundle's own weights without their file, which the zoo's checks do not have."""
    if settings_of_export(config, "") == {name: settings[name] for name in settings if name in config}:
        return dict(config)
    return {**config, "record": {**config["record"], "otherwise": dict(settings)}}


def carried_config(config: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """`inference.json` for `model.ts`, which programs such as MONAI Deploy read without any file beside it."""
    channels = channels_component(settings["channels"]) if is_recorded(config["channels"]) else config["channels"]
    return {**config, "record": dict(settings), "channels": channels}


def exported_record(
    config: Mapping[str, Any], settings: Mapping[str, Any], network: UNet, checkpoint: str | Path
) -> dict[str, Any]:
    """The record to write beside exported weights.

    Args:
        config: `inference.json`, with overlays merged.
        settings: what `settings_of_export` gives.
        network: the weights, loaded.
        checkpoint: their file, whose own record tells of the training.
    """
    kept = record_of(checkpoint) or {}
    record = new_record(
        settings,
        network,
        channels=settings["channels"],
        normalisation=described_steps(parser_of(config, checkpoint).get_parsed_content("preprocessing")),
        **kept.get("training", {}),
    )
    return {**record, "versions": kept.get("versions", record["versions"])}
