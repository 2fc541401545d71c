"""Folders of runs, with the tables that trainings and evaluations write."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from run_folders import write_scores

from custom.data import write_split
from custom.storage.tables import write_rows


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a run: its validations' mean Dice by epoch, the last scores by image, and any settings."""

    def make(
        name: str, validations: Sequence[float] = (), dices: Mapping[str, float] | None = None, depth: int = 1, **settings: Any
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        source = {"_target_": "custom.targets.folder_images", "patient_pattern": settings.pop("patient_pattern", "")}
        config = {"dataset_dir": "/data/mine", "epochs": 4, "early_stopping": -1, "lr": 0.001, "slices": source, **settings}
        (folder / "config.json").write_text(json.dumps({**config, "validate": {"key_metric": {"val_mean_dice": {}}}}))
        if "part" not in settings:
            split = {"train": [{"patient_id": f"t{n}"} for n in range(3)], "val": [{"patient_id": one} for one in dices or "a"]}
            write_split(split, folder / "split.json")
        if validations:
            history = [{"epoch": epoch, "val_mean_dice": dice} for epoch, dice in enumerate(validations, 1)]
            write_rows(folder / "history.csv", history)
        if dices:
            write_scores(folder, dices, depth)
        return folder

    return make
