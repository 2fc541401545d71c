"""The configs of an exported bundle: those of this one, with overlays and the settings of a training merged in."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser
from monai.bundle.utils import merge_kv
from monai.utils import ensure_tuple

import custom

PACKAGE = Path(custom.__file__).parent
WHOLE = ("train.json", "inference.json")
# What belongs to the machine that trained, and so into no bundle.
OF_THE_MACHINE = {"bundle_root", "dataset_dir", "output_dir", "run_name", "resume", "checkpoint", "device", "num_workers"}
# Where the weights lie is the bundle's to say: an exported one always holds them as models/model.pt.
OF_THE_WEIGHTS = ("checkpoint", "shipped_weights")
PROGRAM = {"run", "initialize", "finalize", "training"}


def bundle_configs(root: Path, checkpoint: Path, overlays: Sequence[str | Path] = ()) -> dict[str, dict[str, Any]]:
    """Both whole configs of a bundle and its metadata (below `_meta_`), as `resolve` makes them."""
    configs = {name: read_config(root / "configs" / name) for name in (*WHOLE, "metadata.json")}
    configs["metadata.json"] = {"_meta_": configs["metadata.json"]}
    resolved = resolve(configs, settings_of_training(checkpoint), {str(path): read_config(Path(path)) for path in overlays})
    for name, config in configs.items():
        resolved[name].update({key: config[key] for key in OF_THE_WEIGHTS if key in config})
    return resolved


def read_config(path: Path) -> dict[str, Any]:
    """A config as it is written.

    Raises:
        ValueError: if there is no such file, or if it holds no JSON or YAML of IDs and values.
    """
    if not path.is_file():
        raise ValueError(f"config: no file {str(path)!r}")
    try:
        config = ConfigParser.load_config_file(str(path))
    except Exception as error:  # the parsers of JSON and YAML raise errors of their own, over many lines
        raise ValueError(f"config: {path} is refused: it is neither JSON nor YAML") from error
    if not isinstance(config, dict):
        raise ValueError(f"config: {path} is refused: it holds no IDs")
    return config


def settings_of_training(checkpoint: Path) -> dict[str, Any]:
    """What a training was told that its network depends on, from the `config.json` beside its checkpoint; or nothing.

    A config is code, and this one may come with a checkpoint of somebody else: only numbers, words and references pass, never
    an expression, and of the components none but the network of this package.
    """
    if not checkpoint.with_name("config.json").is_file():
        return {}
    config = read_config(checkpoint.with_name("config.json"))
    settings = {key: value for key, value in config.items() if key not in OF_THE_MACHINE and _is_plain(value)}
    network = config.get("network_def")
    if (
        isinstance(network, dict)
        and network.get("_target_") == "custom.networks.UNet"
        and all(map(_is_plain, network.values()))
    ):
        settings["network_def"] = network
    return settings


def _is_plain(value: Any) -> bool:
    return (
        value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and not value.startswith(("$", "%")))
    )


def resolve(
    configs: Mapping[str, dict[str, Any]], settings: Mapping[str, Any], overlays: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The configs with the settings of a training, and then each overlay, merged into those that know the IDs.

    Args:
        configs: by name; the metadata is one whose only ID is `_meta_`.
        settings: IDs and values; those that no config knows are left out.
        overlays: by name; an ID that is new, and used by the overlay itself, comes into the configs that use it.

    Raises:
        ValueError: if an overlay sets an ID that no config knows, or changes what is run.
    """
    resolved = {name: _merged(config, _known(config, settings)) for name, config in configs.items()}
    for overlay_name, overlay in overlays.items():
        _check_overlay(overlay_name, overlay, resolved)
        for name, config in resolved.items():
            known = _known(config, overlay)
            config = _merged(config, _of_images(known) if name == "inference.json" else known)
            used = json.dumps(config)
            new = {key: value for key, value in overlay.items() if key not in known and f"@{key}" in used}
            resolved[name] = _merged(config, new)
    return resolved


def _known(config: Mapping[str, Any], pairs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in pairs.items() if _root(key) in config}


def _root(key: str) -> str:
    """The top-level ID of `+train#handlers` is `train`."""
    return key.removeprefix("+").replace("::", "#").split("#")[0]


def _check_overlay(name: str, overlay: Mapping[str, Any], configs: Mapping[str, dict[str, Any]]) -> None:
    programs = sorted(PROGRAM & {_root(key) for key in overlay})
    if programs:
        raise ValueError(f"config: {name} sets {programs[0]!r}; a bundle is exported with settings, not with another program")
    own = json.dumps(overlay)
    for key in overlay:
        if f"@{key}" not in own and not any(_root(key) in config for config in configs.values()):
            raise ValueError(f"config: {name} sets {key!r}, which is in no config of the bundle")


def _merged(config: dict[str, Any], pairs: Mapping[str, Any]) -> dict[str, Any]:
    parser = ConfigParser(deepcopy(config))
    for key, value in pairs.items():
        try:
            merge_kv(parser, key, deepcopy(value))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(f"config: {key!r} leads to nothing in the bundle's configs") from error
    return parser.get()


def _of_images(overlay: Mapping[str, Any]) -> dict[str, Any]:
    """An overlay for inference, where there is no label: of `preprocessing`, what is done to images."""
    if "preprocessing" not in overlay:
        return dict(overlay)
    transforms = [
        {**transform, "keys": "image"}
        for transform in overlay["preprocessing"]["transforms"]
        if "image" in ensure_tuple(transform["keys"])
    ]
    return {**overlay, "preprocessing": {**overlay["preprocessing"], "transforms": transforms}}
