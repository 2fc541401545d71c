"""The settings of a training, checked at the door: one clear line before anything is loaded or written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from custom.door import one_line_errors
from custom.networks.runtimes import RUNTIMES
from custom.networks.sizes import is_valid_input_size, stride
from custom.optimizers import OPTIMIZERS

Check = tuple[str, Callable[[Any], bool], str]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(name: str, least: int) -> Check:
    return name, lambda value: _is_whole(value) and value >= least, f"a whole number of at least {least}"


def _number(name: str, least: float) -> Check:
    return name, lambda value: _is_number(value) and value >= least, f"a number of at least {least}"


def _is_device(value: Any) -> bool:
    try:
        device = torch.device(value)
    except (RuntimeError, TypeError):
        return False
    return device.type == "cpu" or (device.type == "cuda" and (device.index or 0) < torch.cuda.device_count())


CHECKS: list[Check] = [
    (
        "dataset_dir",
        lambda value: not value or Path(str(value)).is_dir(),
        "an existing folder, or empty",
    ),
    ("run_name", lambda value: ".." not in str(value) and not Path(str(value)).is_absolute(), "a name below runs/"),
    ("resume", lambda value: not value or Path(str(value)).is_dir(), "the folder of a run, such as runs/mine"),
    _whole("epochs", 1),
    _whole("batch_size", 1),
    _whole("input_channels", 1),
    ("num_classes", lambda value: _is_whole(value) and 1 <= value <= 255, "a whole number from 1 to 255"),
    _whole("init_features", 1),
    _whole("downsampling", 1),
    _whole("min_size_px", 0),
    _whole("border_class", 0),
    _whole("border_px", 0),
    (
        "flair_channel",
        lambda value: value is None or (_is_whole(value) and value >= 0),
        "the number of a channel from 0, or none",
    ),
    (
        "ignore_label",
        lambda value: value is None or (_is_whole(value) and 0 <= value <= 65535),
        "a whole number from 0 to 65535, or none",
    ),
    *(
        (name, lambda value: isinstance(value, bool), "True or False")
        for name in (
            "padding",
            "batch_norm",
            "instances",
            "overlays",
            "probability_maps",
            "average",
            "bfloat16",
            "across_slices",
            "largest_object",
        )
    ),
    ("runtime", lambda value: value in RUNTIMES, f"one of {', '.join(RUNTIMES)}"),
    ("optimizer", lambda value: value in OPTIMIZERS, f"one of {', '.join(OPTIMIZERS)}"),
    ("momentum", lambda value: _is_number(value) and 0 <= value < 1, "a number from 0 and below 1"),
    ("lr", lambda value: _is_number(value) and value > 0, "a number above 0"),
    _number("min_lr", 0),
    _number("weight_decay", 0),
    ("early_stopping", lambda value: value == -1 or (_is_whole(value) and value > 0), "at least 1, or -1 for off"),
    ("device", _is_device, "a device of this machine, such as cpu or cuda:0"),
    _whole("num_workers", 0),
    _whole("seed", 0),
    ("val_fraction", lambda value: _is_number(value) and 0 < value < 1, "a number between 0 and 1"),
    ("fold", lambda value: value is None or (_is_whole(value) and value >= 0), "a whole number of at least 0, or none"),
    _whole("num_folds", 2),
    _whole("val_interval", 1),
    _whole("patches_per_image", 1),
    ("part", lambda value: value in ("train", "val", "unseen", "all"), "one of train, val, unseen, all"),
    ("threshold", lambda value: _is_number(value) and 0 < value < 1, "a number between 0 and 1"),
    _whole("patch_size", 1),
]


RECORDED = {"downsampling": 1, "border_class": 0}  # and what they were for weights that say nothing


def _check_patch_size(settings: dict[str, Any]) -> None:
    size, multiple = settings.get("patch_size", 0), stride(5) * settings.get("downsampling", 1)
    if "part" not in settings and size % multiple and (settings.get("padding", True) or not is_valid_input_size(size)):
        raise ValueError(
            f"patch_size must be a multiple of {multiple}, {stride(5)} times downsampling, or with padding=False an input size "
            f"such as 572, got {size}"
        )


def _check_record(settings: dict[str, Any]) -> None:
    """Other values run, too, but only those of the training predict well; `split.json` beside the checkpoint has them."""
    checkpoint = str(settings.get("checkpoint") or "")
    record = Path(checkpoint).parent / "split.json"
    if not checkpoint or not record.is_file():
        return
    try:
        trained = {**RECORDED, **json.loads(record.read_text()).get("settings", {})}
    except (ValueError, AttributeError, TypeError):
        raise ValueError(f"checkpoint: {record} is broken; take it from the run again, or remove it") from None
    for name in RECORDED:
        if name in settings and settings[name] != trained[name]:
            raise ValueError(f"{name} must be {trained[name]}, with which {checkpoint} was trained, got {settings[name]!r}")


def _check_border_class(settings: dict[str, Any]) -> None:
    border, classes = settings.get("border_class", 0), settings.get("num_classes", 0)
    if border and (classes < 3 or border != classes - 1):
        raise ValueError(f"border_class must be the last of three or more classes, or 0 for none, got {border} of {classes}")


@one_line_errors
def check_settings(**settings: Any) -> dict[str, Any]:
    """The settings as they were given.

    Raises:
        ValueError: naming the first setting that is out of its range, the rule and the value.
    """
    for name, holds, rule in CHECKS:
        if name in settings and not holds(settings[name]):
            raise ValueError(f"{name} must be {rule}, got {settings[name]!r}")
    _check_patch_size(settings)
    _check_record(settings)
    _check_border_class(settings)
    if settings.get("val_interval", 1) > settings.get("epochs", 1):
        raise ValueError(f"val_interval must not exceed epochs ({settings['epochs']}), got {settings['val_interval']}")
    if settings.get("min_lr", 0) > settings.get("lr", float("inf")):
        raise ValueError(f"min_lr must not exceed lr ({settings['lr']}), got {settings['min_lr']}")
    return settings
