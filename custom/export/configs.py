"""The configs of an exported bundle: those of this one, with overlays and the settings of a training merged in."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser
from monai.bundle.utils import merge_kv
from monai.utils import ensure_tuple

from custom.export.trained_with import settings_of_training
from custom.settings.table import RECORDED

WHOLE = ("train.json", "inference.json")
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
        raise ValueError(f"config: no file {str(path)!r}; name a config, such as that of a training")
    try:
        config = ConfigParser.load_config_file(str(path))
    except Exception as error:  # the parsers of JSON and YAML raise errors of their own, over many lines
        raise ValueError(f"config: {path} is refused: it is neither JSON nor YAML; name a config") from error
    if not isinstance(config, dict):
        raise ValueError(f"config: {path} is refused: it holds no IDs; name a config")
    return config


def resolve(
    configs: Mapping[str, dict[str, Any]], settings: Mapping[str, Any], overlays: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The configs with the settings of a training, and then each overlay, merged into those that know the IDs.

    Args:
        configs: by name; the metadata is one whose only ID is `_meta_`.
        settings: IDs and values; those that no config knows are left out, as are those that a config takes from the record of
            its weights.
        overlays: by name; an ID that is new, and used by the overlay itself, comes into the configs that use it.

    Raises:
        ValueError: if an overlay sets an ID that no config knows, or changes what is run.
    """
    resolved = {}
    for name, config in configs.items():
        told = (*RECORDED, "channels") if "record" in config else ()
        of_training = {key: value for key, value in settings.items() if key not in told}
        resolved[name] = _with_settings(config, _known(config, of_training))
    for overlay_name, overlay in overlays.items():
        _check_overlay(overlay_name, overlay, resolved)
        for name, config in resolved.items():
            known = _known(config, overlay)
            config = _merged(config, _of_images(known) if name == "inference.json" else known)
            used = json.dumps(config)
            new = {key: value for key, value in overlay.items() if key not in known and f"@{key}" in used}
            resolved[name] = _merged(config, new)
    return resolved


def _with_settings(config: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """A config with settings, of which those that it gives already keep their form, such as `"$@num_classes == 1"`."""
    for name, value in settings.items():
        written = config[name]
        if isinstance(written, str) and written.startswith(("$", "@")):
            written = ConfigParser(deepcopy(config)).get_parsed_content(name)
        if written != value:
            config = _merged(config, {name: value})
    return config


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
            raise ValueError(f"config: {name} sets {key!r}, which is in no config of the bundle; take it out")


def _merged(config: dict[str, Any], pairs: Mapping[str, Any]) -> dict[str, Any]:
    parser = ConfigParser(deepcopy(config))
    for key, value in pairs.items():
        try:
            merge_kv(parser, key, deepcopy(value))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(f"config: {key!r} leads to nothing in the bundle's configs; take it out") from error
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
