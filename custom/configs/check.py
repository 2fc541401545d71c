"""The config in use, checked as a whole before anything of it runs: names first, then values, then what the weights say."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from custom.command_line.door import first_cause
from custom.configs.arguments import check_numbers
from custom.configs.guard import guard
from custom.configs.in_use import is_run, overrides_in_use, parser_in_use
from custom.configs.names import check_names
from custom.configs.values import check_against_weights, check_class_names, check_of_masks, check_settings
from custom.networks.knowledge import known_settings, record_of
from custom.settings.rules import as_config
from custom.settings.table import SETTINGS
from custom.storage.checkpoints import checkpoint_files
from custom.text.one_line import one_line
from custom.transforms.recorded_channels import described_channels, is_recorded
from custom.transforms.recorded_steps import described_steps

UNET = "custom.networks.UNet"


def check_config() -> dict[str, Any]:
    """The settings of the config that is being run, by their names.

    Raises:
        ValueError: if a name in it is misspelt, a setting breaks its rule, or the weights were made with another.
    """
    parser = parser_in_use()
    if parser is None:
        raise ValueError("settings: check_config is a part of a config, and none is being run")
    _check_overrides(parser.get(), overrides_in_use())
    check_names(parser)
    check_numbers(parser.get(), SETTINGS)
    values = ConfigParser(_copied(parser.get()))
    settings = {name: _value(values, name) for name in SETTINGS if _holds(parser.get(), name)}
    check_settings(**settings)
    if "part" in settings and not settings.get("checkpoint") and is_run():
        raise ValueError("checkpoint must name the weights to score, got ''; without them a network scores at random")
    if "record" in parser and "@weights" in str(parser.get().get("network")):  # or another network predicts
        _check_weights(parser.get(), values, settings)
    check_of_masks(settings)
    check_class_names(settings)
    guard(parser)
    return settings


def _holds(config: Any, name: str) -> bool:
    """Whether there is such an ID; MONAI's own way compares one that is not with all others, to find what was meant."""
    for key in name.split("#"):
        if not isinstance(config, dict) or key not in config:
            return False
        config = config[key]
    return True


def _check_overrides(config: Mapping[str, Any], overrides: Mapping[str, Any]) -> None:
    """Refuses what MONAI changes in silence: None, which it leaves out, and `#`, which it reads as `::`."""
    for name, value in overrides.items():
        stays = config.get(name)
        if value is None and stays is not None:
            raise ValueError(
                f"{name} cannot be None on the command line, where MONAI leaves None out: the config's {stays!r} would stay; "
                f'write "{name}": null into a config of your own'
            )
        if (written := as_config(value)) != value:
            raise ValueError(f"{name} holds #, which MONAI reads as ::, got {value!r}; rename it, or write {written!r}")


def _copied(config: Any) -> Any:
    """The same containers anew, so that what is resolved here is not resolved in the config itself."""
    if isinstance(config, dict):
        return {key: _copied(value) for key, value in config.items()}
    return [_copied(value) for value in config] if isinstance(config, list) else config


def _value(values: ConfigParser, name: str) -> Any:
    try:
        return values.get_parsed_content(name)
    except Exception as error:  # an expression may raise anything, and MONAI wraps it
        cause = first_cause(error)
        if isinstance(cause, ValueError) and str(cause).startswith("checkpoint"):
            raise cause from None
        raise ValueError(f"{name} cannot be found out from {values[name]!r}: {one_line(cause)}") from None


def _check_normalisation(values: ConfigParser, checkpoint: str) -> None:
    recorded = (record_of(checkpoint) or {}).get("input", {}).get("normalisation") if Path(checkpoint).is_file() else None
    steps = described_steps(values.get_parsed_content("preprocessing")) if recorded is not None else None
    if steps != recorded:
        raise ValueError(
            f"preprocessing must normalise by {json.dumps(recorded)}, with which {checkpoint} was trained, "
            f"but does by {json.dumps(steps)}; lay the config of their training over this one"
        )


def _check_network(config: Mapping[str, Any], checkpoint: str) -> None:
    """Refuses weights of another network for the bundle's own, by what their record tells."""
    recorded = (record_of(checkpoint) or {}).get("network", {}) if Path(checkpoint).is_file() else {}
    made = recorded.get("class", UNET) if isinstance(recorded, dict) else UNET
    network = config.get("network_def")
    if made != UNET and isinstance(network, dict) and network.get("_target_") == UNET:
        raise ValueError(
            f"network_def must be {made!r}, with which {checkpoint} was trained, got {UNET}; "
            "lay the config of their training with its network_def over this one"
        )


def _check_weights(config: Mapping[str, Any], values: ConfigParser, settings: Mapping[str, Any]) -> None:
    checkpoint, channels = settings.get("checkpoint", ""), config.get("channels")
    known = known_settings(checkpoint)
    by_hand = channels is not None and not is_recorded(channels)
    described = described_channels(values.get_parsed_content("channels")) if by_hand else None
    check_against_weights(settings, described, known, str(checkpoint))
    files = [str(file) for file in checkpoint_files(checkpoint)]
    for file in files:
        _check_network(config, file)
        _check_normalisation(values, file)
    assumed = [
        f"{name} {settings[name]}"
        for name in settings
        if SETTINGS[name].fixed and name not in known and str(config.get(name)).startswith("$@record")
    ]
    if assumed and known and not all(record_of(file) for file in files):
        print(f"{checkpoint} has no record; assumed: {', '.join(assumed)}. Set those that differ.", file=sys.stderr)
