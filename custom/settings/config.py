"""The config in use, checked as a whole before anything of it runs: names first, then values, then what the weights say."""

import sys
from collections.abc import Mapping
from typing import Any

from monai.bundle import ConfigParser

from custom.config_in_use import parser_in_use
from custom.networks.knowledge import known_settings
from custom.settings.check import check_against_weights, check_of_masks, check_settings
from custom.settings.names import check_names
from custom.settings.table import SETTINGS
from custom.transforms.recorded_channels import described_channels, is_recorded


def check_config() -> dict[str, Any]:
    """The settings of the config that is being run, by their names.

    Raises:
        ValueError: if a name in it is misspelt, a setting breaks its rule, or the weights were made with another.
    """
    parser = parser_in_use()
    if parser is None:
        raise ValueError("settings: check_config is a part of a config, and none is being run")
    check_names(parser)
    values = ConfigParser(_copied(parser.get()))
    settings = {name: _value(values, name) for name in SETTINGS if name in parser}
    check_settings(**settings)
    if "record" in parser and "@weights" in str(parser.get().get("network")):  # else another network predicts
        _check_weights(parser.get(), values, settings)
    check_of_masks(settings)
    return settings


def _copied(config: Any) -> Any:
    """The same containers anew, so that what is resolved here is not resolved in the config itself."""
    if isinstance(config, dict):
        return {key: _copied(value) for key, value in config.items()}
    return [_copied(value) for value in config] if isinstance(config, list) else config


def _value(values: ConfigParser, name: str) -> Any:
    try:
        return values.get_parsed_content(name)
    except Exception as error:  # an expression may raise anything, and MONAI wraps it
        while error.__cause__ is not None and isinstance(error.__cause__, Exception):
            error = error.__cause__
        if isinstance(error, ValueError) and str(error).startswith("checkpoint"):
            raise error from None
        raise ValueError(f"{name} cannot be found out from {values[name]!r}: {' '.join(str(error).split())}") from None


def _check_weights(config: Mapping[str, Any], values: ConfigParser, settings: Mapping[str, Any]) -> None:
    checkpoint, channels = settings.get("checkpoint", ""), config.get("channels")
    known = known_settings(checkpoint)
    by_hand = channels is not None and not is_recorded(channels)
    described = described_channels(values.get_parsed_content("channels")) if by_hand else None
    check_against_weights(settings, described, known, str(checkpoint))
    assumed = [
        f"{name} {settings[name]}"
        for name in settings
        if SETTINGS[name].fixed and name not in known and str(config.get(name)).startswith("$@record")
    ]
    if assumed and known:
        print(f"{checkpoint} has no record; assumed: {', '.join(assumed)}. Set those that differ.", file=sys.stderr)
