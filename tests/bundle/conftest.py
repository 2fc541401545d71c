"""Tiny trainings from the configs."""

from pathlib import Path

import pytest
from monai.bundle import ConfigWorkflow

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"


@pytest.fixture
def training(tiny_lgg, tmp_path):
    """A function that makes the workflow of a tiny training, one short epoch by default, with any setting replaced."""

    def make(*overlays: str, **settings) -> ConfigWorkflow:
        tiny = {"epochs": 1, "batch_size": 4, "init_features": 2, "patch_size": 32, "val_fraction": 0.5, "device": "cpu"}
        files = [str(CONFIGS / name) for name in ("train.json", *overlays)]
        workflow = ConfigWorkflow(
            files, meta_file=str(CONFIGS / "metadata.json"), logging_file=str(CONFIGS / "logging.conf"), workflow_type="train",
            **{"bundle_root": str(tmp_path), "dataset_dir": str(tiny_lgg), **tiny, **settings},
        )  # fmt: skip
        workflow.initialize()
        return workflow

    return make
