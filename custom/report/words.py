"""Settings, weights and the machine, in words."""

import os
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from custom.bundle_root import bundle_version
from custom.settings.table import SETTINGS
from custom.storage.checkpoints import checkpoint_files
from custom.text.durations import duration


def settings_in_words(settings: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value and meaning of each setting that does not belong to the machine; of `dataset_dir` the folder's name alone."""
    told = [(name, _value(value), SETTINGS[name].help) for name, value in settings.items() if not SETTINGS[name].machine]
    data = settings.get("dataset_dir")
    return [("dataset_dir", Path(str(data)).name or "the simulated set", "the data"), *told] if data is not None else told


def weights_in_words(checkpoint: str) -> str:
    """The files of weights, each with its folder: `mine/model.pt`."""
    return ", ".join("/".join(Path(file).parts[-2:]) for file in checkpoint_files(checkpoint))


def machine_in_words(device: Any, seconds: float) -> list[tuple[str, str]]:
    """What computed, with which versions, when and for how long."""
    device = torch.device(device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    versions = ", ".join(f"{one} {version(one)}" for one in ("torch", "monai"))
    return [
        ("computed on", name),
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("system", f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"),
        ("versions", f"unet-bundle {bundle_version()}, {versions}"),
        ("written", f"{datetime.now():%Y-%m-%d %H:%M}"),
        ("time taken", duration(seconds)),
    ]


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
