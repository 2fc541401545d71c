"""What weights tell of the settings that they predict with: by their record, or else as `unrecorded` finds it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from custom.networks.ensemble import refuse_unlike
from custom.networks.record import settings_in
from custom.networks.record_file import read_record_file
from custom.networks.unrecorded import FIRST, settings_of_config, settings_of_split, settings_of_tensors
from custom.networks.weights import named_as, read_checkpoint, read_state_dict
from custom.settings.table import RECORDED
from custom.storage.checkpoints import EXPORTED, checkpoint_files

# What members of an ensemble need not share, and what an ensemble does not take over.
OF_ONE = ("seed", "temperature")
# What weights that tell nothing are taken for: the network of the LGG set.
DEFAULTS: dict[str, Any] = {
    "input_channels": 3, "num_classes": 1, "init_features": 16, "depth": 5, "upsample": "transposed", "padding": True,
    "batch_norm": True, "downsampling": 1, "border_class": 0, "class_names": [], "threshold": 0.5, "temperature": 1.0,
    "across_slices": True, "instances": False, "min_size_px": 0,
}  # fmt: skip


def read_record(checkpoint: str | Path | Sequence[str], otherwise: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings of weights by their names, and `channels`, what `recorded_channels` takes; defaults where nothing tells.

    `image_channels` and `largest_object` have no default of their own: configs take them from other settings.

    Args:
        checkpoint: path of the weights, of which a file that does not exist tells nothing; or several, which predict together.
        otherwise: what to take where the weights say nothing, before the defaults.

    Raises:
        ValueError: if the file of weights or what lies beside it is broken.
    """
    told = {**(otherwise or {}), **known_settings(checkpoint)}
    record = {**DEFAULTS, **told}
    record.setdefault("channels", {"name": "Identityd"})
    return record


def known_settings(checkpoint: str | Path | Sequence[str]) -> dict[str, Any]:
    """What weights tell, without defaults: settings by their names, and `channels`; of an ensemble what all members tell alike.

    Raises:
        ValueError: if the file of weights or what lies beside it is broken, or if members of an ensemble differ.
    """
    files = checkpoint_files(checkpoint)
    if len(files) > 1:
        return _known_of_all(files)
    path = Path(files[0])
    if not files[0] or not path.is_file():
        return {}
    beside = (path, path.with_suffix(".json"), path.with_name("config.json"), path.with_name("split.json"))
    return dict(_known_settings(path, tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in beside)))


def _known_of_all(files: Sequence[str]) -> dict[str, Any]:
    for file in files:
        if not Path(file).is_file():
            raise ValueError(f"checkpoint: no file {file!r}; name trained weights")
    known = {file: known_settings(file) for file in files}
    told = {}
    for file in files:
        alike = {name: value for name, value in known[file].items() if name not in OF_ONE}
        told[file] = {**alike, "normalisation": ((record_of(file) or {}).get("input") or {}).get("normalisation")}
    refuse_unlike(told)
    return {name: value for name, value in known[files[0]].items() if name not in OF_ONE}


@lru_cache(maxsize=8)
def _known_settings(path: Path, changed_ns: tuple[int, ...]) -> dict[str, Any]:
    record = record_of(path)
    if record is not None:
        file = path.with_suffix(".json")
        return settings_in(record, file if file.is_file() else path)
    if path.suffix in EXPORTED:
        return {}
    beside = {**settings_of_split(path), **settings_of_config(path)}
    told = {name: value for name, value in beside.items() if name in RECORDED or name == "channels"}
    return {**told, **settings_of_tensors(named_as(FIRST, read_state_dict(path)))}


def record_of(checkpoint: str | Path) -> dict[str, Any] | None:
    """The record of weights as it is written, beside them or in a `last.pt`; None where there is none.

    Raises:
        ValueError: if the record or the checkpoint is missing, broken, or no such file.
    """
    record = read_record_file(checkpoint)
    if record is None and Path(checkpoint).suffix not in EXPORTED:
        content = read_checkpoint(checkpoint)
        record = content.get("record") if isinstance(content, dict) else None
    return record if isinstance(record, dict) else None
