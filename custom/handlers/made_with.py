"""What predictions are made with: weights and settings, told so that those of two programs can be compared."""

import json
from collections.abc import Mapping
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from custom.settings.table import SETTINGS
from custom.storage.checkpoints import checkpoint_files
from custom.storage.json_object import as_stored

PLAIN = (str, int, float, bool, type(None))
NAMED = (Enum, type, torch.dtype)
COMPONENTS = ("custom.", "monai.")
# Weights are told by their bytes, images by the record; what else belongs to the machine changes no result.
UNTOLD = {name for name, row in SETTINGS.items() if row.machine} - {"device"} | {"shipped_weights"}
DEEPEST = 12


def made_with(checkpoint: str, settings: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """The digest of the weights, the settings, and a digest of each component, as JSON holds them.

    Args:
        checkpoint: file of the weights, or several.
        settings: by name; of a device its type counts.
        components: transforms and inferers by name.
    """
    told = {name: value for name, value in settings.items() if name not in UNTOLD}
    if "device" in told:
        told["device"] = str(told["device"]).split(":")[0]
    digests = {name: _digest(json.dumps(described(one), sort_keys=True).encode())[:16] for name, one in components.items()}
    made = {"weights": _weights(checkpoint), "settings": told, "components": digests}
    return dict(as_stored(made, default=str))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What differs between two results of `made_with`, in words."""
    weights = [f"weights (SHA-256 {old['weights'][:12]}…, not {new['weights'][:12]}…)"] * (old["weights"] != new["weights"])
    settings = [f"{name} ({one}, not {other})" for name, one, other in _unlike(old, new, "settings")]
    # A setting changes the components that it reaches; where none differs, an overlay has changed them.
    return weights + (settings or [name for name, *_ in _unlike(old, new, "components")])


def _unlike(old: Mapping[str, Any], new: Mapping[str, Any], part: str) -> list[tuple[str, Any, Any]]:
    before, now = old.get(part, {}), new[part]
    pairs = ((name, before.get(name, "unset"), now.get(name, "unset")) for name in sorted(before.keys() | now.keys()))
    return [(name, one, other) for name, one, other in pairs if one != other]


def described(value: Any, depth: int = 0) -> Any:
    """A value as JSON takes it: transforms and inferers by class and settings, plain values as they are, others by class."""
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, NAMED):
        return str(value)
    if isinstance(value, np.ndarray | np.generic | torch.Tensor):
        return value.tolist()
    if depth > DEEPEST:
        return name
    if isinstance(value, Mapping):
        return {str(key): described(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [described(one, depth + 1) for one in value]
    if name.startswith(COMPONENTS):
        return [name, {key: described(one, depth + 1) for key, one in vars(value).items() if not key.startswith("_")}]
    return name


def parts_of(component: Any, depth: int = 0) -> list[Any]:
    """A transform or inferer and all those in it."""
    if depth > DEEPEST or not hasattr(component, "__dict__"):
        return []
    inside = [one for value in vars(component).values() for one in (value if isinstance(value, list | tuple) else [value])]
    ours = [one for one in inside if type(one).__module__.startswith(COMPONENTS)]
    return [component, *(part for one in ours for part in parts_of(one, depth + 1))]


def _weights(checkpoint: Any) -> str:
    """The digest of a file of weights, or of those of an ensemble in their order."""
    digests = [_weights_of(Path(file)) for file in checkpoint_files(checkpoint)]
    return digests[0] if len(digests) == 1 else _digest("".join(digests).encode())


def _weights_of(checkpoint: Path) -> str:
    """The digest of a file of weights, of OpenVINO's of both files; empty if there is none, which is told elsewhere."""
    files = [checkpoint, checkpoint.with_suffix(".bin")] if checkpoint.suffix == ".xml" else [checkpoint]
    return _digest(*(file.read_bytes() for file in files if file.is_file())) if checkpoint.is_file() else ""


def _digest(*contents: bytes) -> str:
    digest = sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()
