"""What weights without a record tell of their settings: by their tensors, and by the files of the run beside them.

A run of version 0.7.0 and before left no record, but `config.json` and `split.json` beside its weights. Both may come from
somebody else: of them only plain values of known settings pass, never what a config would run.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from custom.settings.ids import check_ids_of_run
from custom.settings.rules import is_plain
from custom.settings.table import SETTINGS
from custom.storage.json_object import read_json_object
from custom.storage.split_file import MEND, read_split

FIRST = "encoder.0.0.weight"  # the first tensor of a `UNet`


def settings_of_tensors(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """The architecture that the tensors of a `UNet` show: all but padding and interpolation; nothing of other networks."""
    if not state.keys() >= {FIRST, "head.weight"} or state[FIRST].dim() != 4:
        return {}
    init_features, in_channels = state[FIRST].shape[:2]
    told: dict[str, Any] = {
        "input_channels": in_channels,
        "num_classes": len(state["head.weight"]),
        "init_features": init_features,
        "depth": len({name.split(".")[1] for name in state if name.startswith("encoder.")}),
        "batch_norm": any(name.endswith("running_mean") for name in state),
    }
    if "decoder.0.up.weight" in state:
        told["upsample"] = "transposed"
    return told


def settings_of_config(checkpoint: Path) -> dict[str, Any]:
    """The plain values of known settings in the `config.json` beside weights, and `channels` if they are known; or nothing.

    Raises:
        ValueError: if it is no JSON of names and values, a name in it is misspelt, or a setting breaks its rule.
    """
    path = checkpoint.with_name("config.json")
    if not path.is_file():
        return {}
    config = read_json_object(path, "checkpoint", MEND)
    check_ids_of_run(config, path, "checkpoint")
    settings = {name: value for name, value in config.items() if name in SETTINGS and "#" not in name and is_plain(value)}
    for name, value in settings.items():
        row = SETTINGS[name]
        if not row.machine and not row.rule.holds(value):
            raise ValueError(f"checkpoint: {path} is refused: {name} must be {row.rule.words}, got {value!r}; {MEND}")
    channels = config.get("channels")
    if isinstance(channels, dict) and str(channels.get("_target_")).startswith("custom.transforms."):
        arguments = {name: value for name, value in channels.items() if type(value) is int}
        settings["channels"] = {"name": channels["_target_"].removeprefix("custom.transforms."), **arguments}
    return settings


def settings_of_split(checkpoint: Path) -> dict[str, Any]:
    """`downsampling`, `border_class` and `seed` of the `split.json` beside weights; nothing where there is none.

    Raises:
        ValueError: if it is broken.
    """
    split = read_split(checkpoint.parent, "checkpoint")
    if split is None:
        return {}
    known = {"downsampling": 1, "border_class": 0, **split.settings}
    names = ("downsampling", "border_class", "seed")
    return {name: known[name] for name in names if name in known and SETTINGS[name].rule.holds(known[name])}
