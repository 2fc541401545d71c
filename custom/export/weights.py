"""The weights of a bundle in the forms that others load, each with its digest."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from monai.bundle import ckpt_export
from torch import nn

from custom.export.record import parser_of
from custom.networks import UNet, load_weights
from custom.networks.onnx_model import onnx_model
from custom.networks.record_file import sha256
from custom.networks.weights import read_checkpoint, save_tensors
from custom.storage.atomic import atomic_path


def load_network(config: dict[str, Any], checkpoint: Path) -> UNet:
    """The network that a config defines, with the tensors of a checkpoint.

    Raises:
        ValueError: if they do not belong together, or if the network is not the `UNet` of this package.
    """
    network: nn.Module = parser_of(config, checkpoint).get_parsed_content("network_def")
    if not isinstance(network, UNet):
        raise ValueError(f"network_def must be custom.networks.UNet, got {type(network).__name__}")
    load_weights(network, str(checkpoint))
    return network.eval()


def write_weights(network: UNet, checkpoint: Path, root: Path, inference: dict[str, Any]) -> list[Path]:
    """Writes `model.pt`, `model.ts` and `model.onnx` below `root/models`, whose metadata are there already.

    A checkpoint that is a plain state dictionary of this network is copied byte by byte, so that its digest stays the
    published one.

    Args:
        network: the network with its weights.
        checkpoint: the file that these weights come from.
        root: the bundle's folder.
        inference: the config that `model.ts` carries, for programs that have no file beside it.

    Raises:
        ValueError: if the package onnx is missing.
    """
    models = root / "models"
    models.mkdir(exist_ok=True)
    paths = [models / f"model.{suffix}" for suffix in ("pt", "ts", "onnx")]
    if read_checkpoint(checkpoint).keys() != network.state_dict().keys():
        save_tensors(network.state_dict(), paths[0])
    else:
        shutil.copyfile(checkpoint, paths[0])
    paths[2].write_bytes(onnx_model(network))
    with TemporaryDirectory() as folder:
        config = Path(folder) / "inference.json"
        config.write_text(json.dumps(inference))
        ckpt_export(
            net_id="network_def",
            filepath=str(paths[1]),
            ckpt_file=str(paths[0]),
            meta_file=str(root / "configs" / "metadata.json"),
            config_file=str(config),
            bundle_root=str(root),
        )
    without_source_paths(paths[1])
    return paths


def without_source_paths(path: Path) -> None:
    """Takes out of a TorchScript file where its sources lay on this machine, which TorchScript keeps for its tracebacks."""
    with atomic_path(path) as temporary, ZipFile(path) as old, ZipFile(temporary, "w") as new:
        for entry in old.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                new.writestr(entry, old.read(entry))


def write_digests(paths: Iterable[Path], root: Path, url: str) -> None:
    """Writes `models/SHA256SUMS`, for `sha256sum -c`, and `large_files.yml`, by which MONAI fetches and checks weights.

    Args:
        paths: files of the weights.
        root: the bundle's folder.
        url: address of the folder where the weights will be published; files in place are checked and not fetched.
    """
    digests = {path: sha256(path) for path in paths}
    sums = "".join(f"{digest}  {path.name}\n" for path, digest in digests.items())
    (root / "models" / "SHA256SUMS").write_text(sums)
    lines = ["large_files:\n"]
    for path, digest in digests.items():
        lines.append(f'  - path: "models/{path.name}"\n    url: "{url and url.rstrip("/") + "/" + path.name}"\n')
        lines.append(f'    hash_val: "{digest}"\n    hash_type: "sha256"\n')
    (root / "large_files.yml").write_text("".join(lines))
