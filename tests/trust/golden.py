"""The golden run: a tiny training on the simulated set, whose scores are kept, and what else should be the same everywhere.

`python -m trust.golden` prints it as JSON, for one set of threads and instructions.
"""

import json
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from trust.doors import run_config
from unets import made, picture

from custom.data.phantom import phantom_lgg
from custom.inferers.overlap_tile import OverlapTileInferer
from custom.networks.record_file import sha256
from custom.storage.tables import read_rows

PATIENTS, SLICES = 2, range(12, 18)
SETTINGS = {
    "epochs": 2, "batch_size": 4, "init_features": 4, "depth": 3, "patch_size": 64, "val_fraction": 0.5, "device": "cpu",
    "seed": 0, "train#inferer#inferer#bfloat16": False,
}  # fmt: skip
# Of torch 2.13.0 on an AMD EPYC, the same with SSE4.1 and AVX2; bfloat16 would be used on some processors only.
SCORES = {"train_loss": 1.20412, "val_loss": 1.86252, "val_mean_dice": 0.00975343}


def simulated(folder: Path) -> Path:
    """Six slices through the head of each of two simulated patients, in Kaggle's layout."""
    whole = phantom_lgg(folder / "whole", num_patients=PATIENTS) / "kaggle_3m"
    for patient in sorted(path for path in whole.iterdir() if path.is_dir()):
        (folder / "few" / "kaggle_3m" / patient.name).mkdir(parents=True)
        for number in SLICES:
            for file in patient.glob(f"*_{number}*.tif"):
                shutil.copy(file, folder / "few" / "kaggle_3m" / patient.name / file.name)
    return folder / "few"


def golden(data: Path, folder: Path) -> dict[str, float | str]:
    """Scores of the last epoch, and the digest of the best weights, of a training on what `simulated` gave."""
    run_config("train", ["train.json"], bundle_root=str(folder), dataset_dir=str(data), run_name="golden", **SETTINGS)
    run_dir = folder / "runs" / "golden"
    row = read_rows(run_dir / "history.csv")[-1]
    return {**{name: float(row[name]) for name in SCORES}, "model.pt": sha256(run_dir / "model.pt")}


@torch.no_grad()
def joined() -> dict[str, float]:
    """By how much an image in tiles and one in strips differ from one pass over it, at most."""
    network, tall = made(depth=3), picture(1, 3, 1200, 700)
    whole = network(tall.contiguous(memory_format=torch.channels_last))
    tiles = OverlapTileInferer(tile_size=256, mirror=False)(tall, network)
    strips = OverlapTileInferer(mirror=False)(tall, network)
    return {name: float((found - whole).abs().max()) for name, found in {"tiles": tiles, "strips": strips}.items()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place:
        found = golden(simulated(Path(place)), Path(place))
    print(json.dumps({**found, **joined(), "threads": torch.get_num_threads()}))
