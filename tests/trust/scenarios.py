"""What is killed: trainings, predictions, an export and `segment`, each with how it goes on and with what must come of it."""

from pathlib import Path
from typing import Any

import torch
from trust.predictions import prediction, segmentation
from trust.scenario import Scenario, digest
from trust.trainings import training

import custom.configs.check
import custom.export
import custom.handlers
import custom.inferers
import custom.losses
import custom.metrics
import custom.targets  # noqa: F401  what children would import each by itself
from custom.__main__ import main
from custom.networks import UNet


def export() -> Scenario:
    """An export of small weights."""

    def prepare(folder: Path) -> None:
        torch.manual_seed(0)
        torch.save(UNet(init_features=2, depth=2).state_dict(), folder / "model.pt")

    def run(folder: Path) -> None:
        if not (folder / "out" / "dist").exists():
            code = main(["export", "--checkpoint", str(folder / "model.pt"), "--out", str(folder / "out" / "dist")])
            raise SystemExit(code)

    def result(folder: Path) -> Any:
        files = sorted(path.relative_to(folder) for path in (folder / "out" / "dist").rglob("*") if path.is_file())
        return files, digest((folder / "out" / "dist" / "unet_bundle" / "models" / "model.pt").read_bytes())

    return Scenario(prepare, run, result, lambda folder: [])


SCENARIOS = {
    "training": training(),
    "training whose data are read by two processes": training(num_workers=2),
    "training with averaged weights": training("ema.json"),
    "prediction": prediction(),
    "segment": segmentation(),
    "prediction image by image": prediction(across_slices=False, probability_maps=True),
    "prediction whose images are read by two processes": prediction(num_workers=2, instances=True),
    "export": export(),
}
