"""The settings of the training that made weights, for the configs of an exported bundle."""

from pathlib import Path
from typing import Any

from custom.networks.knowledge import known_settings
from custom.networks.unrecorded import settings_of_config
from custom.settings.table import SETTINGS
from custom.transforms.recorded_channels import channels_component


def settings_of_training(checkpoint: Path) -> dict[str, Any]:
    """The settings of the training that made weights, by `config.json` beside them, their record and their tensors.

    A config is code, and this one may come with a checkpoint of somebody else: only plain values pass, of settings that the
    table knows and that keep its rules; and as `channels` one of the transforms that a record may name.

    Args:
        checkpoint: the weights.

    Raises:
        ValueError: if the weights or what lies beside them are broken, or a name in the config is misspelt.
    """
    told = {**settings_of_config(checkpoint), **known_settings(checkpoint)}
    settings = {name: value for name, value in told.items() if name in SETTINGS and not SETTINGS[name].machine}
    if told.get("channels", {"name": "Identityd"}) == {"name": "Identityd"}:
        return settings
    return {**settings, "channels": channels_component(told["channels"])}
