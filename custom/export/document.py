"""The documentation of an exported bundle: the bundle's own for its published weights, a short page for others."""

import shutil
from pathlib import Path
from typing import Any

from custom.networks.record_file import sha256

TEXT = """# {name}

{description}.

Version {version}: {changes}. These weights are not those that the U-Net bundle is published with, so nothing is said here of
their scores: measure them on patients that they have not seen.

```bash
python -m monai.bundle run --config_file configs/inference.json --dataset_dir IMAGES --output_dir MASKS
python -m monai.bundle run --config_file "[{configs}]" --dataset_dir DATA
```

| | |
|---|---|
| input | {inputs} |
| output | {outputs} |
| made with | MONAI {monai_version}, PyTorch {pytorch_version}, NumPy {numpy_version} |

Research only; not a medical device.
"""
# Configs of a training that say how it goes on, and nothing of its data.
OF_THE_TRAINING = ("ema.json", "multi_gpu_train.json")


def write_docs(source: Path, root: Path, metadata: dict[str, Any], record: dict[str, Any]) -> None:
    """Copies the documentation if `root` holds the weights that `source` publishes, and writes a short one otherwise.

    Args:
        source: the bundle that is exported.
        root: the exported one, with configs and weights.
        metadata: the exported bundle's metadata.
        record: the record of the weights; it tells which configs read their data.
    """
    sums = source / "models" / "SHA256SUMS"
    if sums.is_file() and sha256(root / "models" / "model.pt") in sums.read_text():
        shutil.copytree(source / "docs", root / "docs", ignore=shutil.ignore_patterns(".*"))
        return
    (root / "docs").mkdir()
    data_format = metadata["network_data_format"]
    text = TEXT.format(
        **{**metadata, "name": metadata.get("name", "U-Net")},
        configs=",".join(f"'configs/{name}'" for name in configs_of_the_data(root, record)),
        changes=metadata["changelog"][metadata["version"]],
        inputs=_channels(data_format["inputs"]["image"]),
        outputs=_channels(data_format["outputs"]["pred"]),
    )
    (root / "docs" / "README.md").write_text(text)


def configs_of_the_data(root: Path, record: dict[str, Any]) -> list[str]:
    """The configs that read the data of a training: `train.json`, those of its record, and `evaluate.json`.

    Args:
        root: folder that holds `configs/`.
        record: the record of the weights, which may come from anybody; names of other files are passed over.
    """
    told = record.get("training", {}).get("configs")
    known = {path.name for path in (root / "configs").glob("*.json")} - {"train.json", *OF_THE_TRAINING}
    own = [name for name in map(str, told) if name in known] if isinstance(told, list) else []
    return ["train.json", *own, "evaluate.json"]


def _channels(tensor: dict[str, Any]) -> str:
    return f"{' × '.join(tensor['spatial_shape'])} pixels, n any whole number; {', '.join(tensor['channel_def'].values())}"
