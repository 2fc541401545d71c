"""The export verb: from configs, a checkpoint and this package to a bundle that stands on its own.

::

    OUT/NAME_v1.2.3.zip       the same files
    OUT/NAME/
        LICENSE  large_files.yml
        configs/  metadata.json inference.json train.json, and the overlays that go with them
        custom/   this package
        docs/     README.md …
        models/   model.pt model.ts model.onnx model.json SHA256SUMS, split.json where the training left one
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from custom.bundle_root import AGAIN, PACKAGE, bundle_root
from custom.export.configs import bundle_configs
from custom.export.document import write_docs
from custom.export.metadata import with_shapes, with_version, without_claims
from custom.export.record import carried_config, exported_record, settings_of_export, with_own_record
from custom.export.weights import load_network, write_digests, write_weights
from custom.export.zipped import write_zip
from custom.networks.record_file import write_record
from custom.storage.atomic import atomic_folder
from custom.storage.json_object import read_json_object
from custom.storage.split_file import read_split


def export_bundle(
    checkpoint: str | Path,
    out: str | Path = "dist",
    *,
    overlays: Sequence[str | Path] = (),
    bundle: str | Path | None = None,
    name: str = "unet_bundle",
    version: str | None = None,
    changes: str | None = None,
    url: str = "",
) -> Path:
    """Writes a self-contained bundle as a folder and as a zip, into a new folder that is whole or not there at all.

    Args:
        checkpoint: a plain state dictionary or the `last.pt` of a run; what it knows is taken over.
        out: the folder to make.
        overlays: configs whose IDs are merged into `train.json`, `inference.json` and, below `_meta_`, the metadata.
        bundle: folder with `configs/` to start from; by default this package's own.
        name: name of the bundle's own folder and of the zip.
        version: by default that of the bundle's metadata.
        changes: what a user will notice in a new version.
        url: address of the folder where the weights will be published, for `large_files.yml`; empty if they will not.

    Returns:
        The bundle's folder.

    Raises:
        ValueError: if `out` exists, or if a checkpoint, overlay or version is not fit.
    """
    source = bundle_root(bundle)
    checkpoint = Path(checkpoint)
    if not name.isidentifier():
        raise ValueError(f"name must be letters, digits and underscores, got {name!r}")
    configs = bundle_configs(source, checkpoint, overlays)
    configs["metadata.json"] = with_version(configs["metadata.json"]["_meta_"], version, changes)
    with atomic_folder(out) as temporary:
        root = temporary / name
        _stage(source, configs, checkpoint, root, url)
        write_zip(root, temporary / f"{name}_v{configs['metadata.json']['version']}.zip")
    return Path(out) / name


def _stage(source: Path, configs: dict[str, dict[str, Any]], checkpoint: Path, root: Path, url: str) -> None:
    shutil.copytree(source / "configs", root / "configs", ignore=shutil.ignore_patterns(".*"))
    inference = configs["inference.json"]
    network = load_network(inference, checkpoint)
    settings = settings_of_export(inference, checkpoint)
    record = exported_record(inference, settings, network, checkpoint)
    for name, config in {**configs, "inference.json": with_own_record(inference, settings)}.items():
        _write_config(root / "configs" / name, config)
    published = read_json_object(source / "configs" / "metadata.json", "bundle_root", AGAIN)
    class_names = settings.get("class_names", [])
    metadata = with_shapes(without_claims(configs["metadata.json"], published, class_names), network, class_names)
    _write_config(root / "configs" / "metadata.json", metadata)
    shutil.copytree(PACKAGE, root / "custom", ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
    shutil.copyfile(source / "LICENSE", root / "LICENSE")
    paths = write_weights(network, checkpoint, root, carried_config(inference, settings))
    write_record(record, root / "models" / "model.json", {path.name: path for path in paths})
    write_digests(paths, root, url)
    if read_split(checkpoint.parent, "checkpoint"):
        shutil.copyfile(checkpoint.with_name("split.json"), root / "models" / "split.json")
    write_docs(source, root, metadata, record)


def _write_config(path: Path, config: dict[str, Any]) -> None:
    """An unchanged config keeps its layout."""
    if read_json_object(path, "bundle_root", AGAIN) != config:
        path.write_text(json.dumps(config, indent=2) + "\n")
