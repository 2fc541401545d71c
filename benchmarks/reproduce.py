"""Repeat a training, and say how to repeat those of the published weights.

    make reproduce            # or: python benchmarks/reproduce.py [--epochs 2] [--bundle bundle]

Trains a shrunken network on simulated patients twice with one seed, and compares the weights bit for bit; exit code 1 if they
differ. Then prints a row for each published file of weights: whether its SHA-256 is the recorded one, with which configs, seed
and images it was trained, its scores, and under which title of `docs/history.md` its commands and their log stand.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from custom.command_line.bundle_command import BundleCommand
from custom.networks.record_file import sha256

ROOT = Path(__file__).parents[1]
SHRUNKEN = {"batch_size": 8, "patch_size": 64, "init_features": 4, "depth": 3, "device": "cpu", "seed": 0}
LOGS = {
    "model.pt": "The shipped weights",
    "flair/model.pt": "The weights for FLAIR alone",
    "isbi2012/model.pt": "Electron micrographs, ISBI 2012",
    "isbi2012_neighbours/model.pt": "Electron micrographs, ISBI 2012",
    "u373/model.pt": "Cells, PhC-C2DH-U373",
    "nuclei/model.pt": "Nuclei, 2018 Data Science Bowl",
    "held_out/model.pt": "The shipped weights",
    "held_out/flair/model.pt": "The weights for FLAIR alone",
    "held_out/nuclei/model.pt": "Nuclei, 2018 Data Science Bowl",
    "held_out/isbi2012_neighbours/model.pt": "Electron micrographs, ISBI 2012",
}


def trained(root: Path, configs: Path, epochs: int) -> dict[str, torch.Tensor]:
    """The weights of the last epoch of a shrunken training."""
    settings: dict[str, Any] = {
        "bundle_root": str(root), "run_name": "run", "epochs": epochs, "val_interval": epochs,
        "meta_file": str(configs / "metadata.json"), "logging_file": str(configs / "logging.conf"),
    }  # fmt: skip
    BundleCommand((str(configs / "train.json"),), {**SHRUNKEN, **settings}, "training").run()
    return torch.load(root / "runs" / "run" / "last.pt", weights_only=True)["state"]["network"]


def is_repeated(configs: Path, epochs: int) -> bool:
    """Whether two trainings with one seed give the same weights to the last bit."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first, second = (trained(Path(folder), configs, epochs) for folder in (one, other))
    return all(torch.equal(value, second[name]) for name, value in first.items())


def published(bundle: Path) -> list[str]:
    """The table, in Markdown."""
    titles = (bundle / "docs" / "history.md").read_text()
    columns = ("weights", "SHA-256", "configs", "seed", "images", "scores", "commands and log: history.md")
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for path in sorted((bundle / "models").rglob("model.pt")):
        name = path.relative_to(bundle / "models").as_posix()
        record, digest = json.loads(path.with_suffix(".json").read_text()), sha256(path)
        training, title = record["training"], LOGS[name]
        if f"<summary>{title}" not in titles:
            raise SystemExit(f"{name}: docs/history.md has no section {title!r}")
        same = "as recorded" if digest in record["weights"].values() else "NOT AS RECORDED"
        scores = ", ".join(f"{score} {value:.3f}" for score, value in training.get("scores", {}).items())
        configs = ", ".join(training.get("configs", []))
        cells = (
            f"`{name}`",
            f"`{digest[:12]}…` {same}",
            configs,
            training.get("seed"),
            training["data"]["images"],
            scores,
            title,
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--bundle", type=Path, default=ROOT / "bundle")
    args = parser.parse_args()
    torch.set_num_threads(1)
    repeated = is_repeated(args.bundle / "configs", args.epochs)
    weights = "the same weights, bit for bit" if repeated else "OTHER WEIGHTS"
    print(f"two trainings of {args.epochs} epochs with seed {SHRUNKEN['seed']}: {weights}\n")
    print("\n".join(published(args.bundle)))
    print("\nThe record beside the weights, model.json, holds the digest of the data that they were trained on.")
    if not repeated:
        sys.exit(1)


if __name__ == "__main__":
    main()
