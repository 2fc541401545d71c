"""The settings of a config, checked before anything is loaded or written: one clear line for the first that cannot be."""

from collections.abc import Mapping
from typing import Any

from custom.networks.sizes import is_valid_input_size, stride
from custom.settings.table import SETTINGS


def check_settings(**settings: Any) -> None:
    """Makes sure that settings keep their rules, and go together.

    Raises:
        ValueError: naming the first setting that breaks its rule, the rule and the value.
    """
    for name, value in settings.items():
        rule = SETTINGS[name].rule
        if not rule.holds(value):
            hint = "; MONAI reads # in a config as ::, so rename what is called so" if "::" in str(value) else ""
            raise ValueError(f"{name} must be {rule.words}, got {value!r}{hint}")
    _check_patch_size(settings)
    _check_border_class(settings)
    channels, flair = settings.get("input_channels", 1), settings.get("flair_channel")
    if flair is not None and 1 < channels <= flair:
        raise ValueError(f"flair_channel must be below input_channels ({channels}), or none, got {flair}")
    if settings.get("val_interval", 1) > settings.get("epochs", 1):
        raise ValueError(f"val_interval must not exceed epochs ({settings['epochs']}), got {settings['val_interval']}")
    if settings.get("fold") is not None and settings["fold"] >= settings.get("num_folds", 1):
        raise ValueError(f"fold must be below num_folds ({settings.get('num_folds', 1)}), got {settings['fold']}")
    if settings.get("min_lr", 0) > settings.get("lr", float("inf")):
        raise ValueError(f"min_lr must not exceed lr ({settings['lr']}), got {settings['min_lr']}")


def check_against_weights(settings: Mapping[str, Any], channels: Any, known: Mapping[str, Any], checkpoint: str) -> None:
    """Makes sure that weights are used as they were made.

    Args:
        settings: by their names.
        channels: what the config does to the channels of an image, as a record describes it; None if it takes the record's.
        known: what the weights tell, as `custom.networks.knowledge.known_settings` gives it.
        checkpoint: their path, for the message.

    Raises:
        ValueError: naming the first setting with which these weights would predict something else, or not at all.
    """
    for name, value in settings.items():
        if SETTINGS[name].fixed and name in known and known[name] != value:
            raise ValueError(f"{name} must be {known[name]}, with which {checkpoint} was trained, got {value!r}")
    if channels is not None and "channels" in known and known["channels"] != channels:
        raise ValueError(
            f"channels must be {_words(known['channels'])}, with which {checkpoint} was trained, got {_words(channels)}"
        )


def check_of_masks(settings: Mapping[str, Any]) -> None:
    """Makes sure that what is for masks alone, and would change nothing of classes, is not asked of classes.

    Raises:
        ValueError: naming the first such setting.
    """
    classes = settings.get("num_classes", 1)
    for name, off in (("threshold", 0.5), ("largest_object", False)):
        if classes > 1 and settings.get(name, off) != off:
            raise ValueError(
                f"{name} must be {off} for {classes} classes, since the likeliest class counts, got {settings[name]}"
            )


def check_class_names(settings: Mapping[str, Any]) -> None:
    """Makes sure that there is a name for each class, the background included, or none at all.

    Raises:
        ValueError: if there is another number of names.
    """
    names, number = settings.get("class_names", []), max(2, settings.get("num_classes", 1))
    if names and len(names) != number:
        raise ValueError(f"class_names must name {number} classes, the background first, or be empty, got {names}")


def _words(channels: Mapping[str, Any]) -> str:
    arguments = ", ".join(f"{name}={value}" for name, value in channels.items() if name != "name")
    return f"{channels.get('name')}({arguments})"


def _check_patch_size(settings: Mapping[str, Any]) -> None:
    size, depth = settings.get("patch_size", 0), settings.get("depth", 5)
    multiple = stride(depth) * settings.get("downsampling", 1)
    fits = settings.get("padding", True) is False and is_valid_input_size(size, depth)
    if "part" not in settings and size % multiple and not fits:
        raise ValueError(
            f"patch_size must be a multiple of {multiple}, {stride(depth)} times downsampling, or with padding=False an input "
            f"size such as 572, got {size}"
        )


def _check_border_class(settings: Mapping[str, Any]) -> None:
    border, classes = settings.get("border_class", 0), settings.get("num_classes", 0)
    if border and (classes < 3 or border != classes - 1):
        raise ValueError(f"border_class must be the last of three or more classes, or 0 for none, got {border} of {classes}")
