"""The documentation of an exported bundle: that of the weights it was written for, or else what is known of others."""

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
python -m monai.bundle run --config_file "['configs/train.json','configs/evaluate.json']" --dataset_dir DATA
```

| | |
|---|---|
| input | {inputs} |
| output | {outputs} |
| made with | MONAI {monai_version}, PyTorch {pytorch_version}, NumPy {numpy_version} |

Research only; not a medical device.
"""


def write_docs(source: Path, root: Path, metadata: dict[str, Any]) -> None:
    """Copies the documentation if `root` holds the weights that `source` publishes, and writes a short one otherwise."""
    sums = source / "models" / "SHA256SUMS"
    if sums.is_file() and sha256(root / "models" / "model.pt") in sums.read_text():
        shutil.copytree(source / "docs", root / "docs", ignore=shutil.ignore_patterns(".*"))
        return
    (root / "docs").mkdir()
    data_format = metadata["network_data_format"]
    text = TEXT.format(
        **{**metadata, "name": metadata.get("name", "U-Net")},
        changes=metadata["changelog"][metadata["version"]],
        inputs=_channels(data_format["inputs"]["image"]),
        outputs=_channels(data_format["outputs"]["pred"]),
    )
    (root / "docs" / "README.md").write_text(text)


def _channels(tensor: dict[str, Any]) -> str:
    return f"{' × '.join(tensor['spatial_shape'])} pixels, n any whole number; {', '.join(tensor['channel_def'].values())}"
