"""Trainings that are killed and resumed."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from trust.doors import TINY, run_config
from trust.plants import lgg
from trust.scenario import Scenario, digest

from custom.storage.tables import read_rows

EPOCHS = 4


def training(*overlays: str, **settings: Any) -> Scenario:
    """A training of a few epochs, resumed."""

    def run(folder: Path) -> None:
        runs = folder / "runs"
        kept = runs / "mine" if (runs / "mine" / "last.pt").is_file() else None
        if kept is None:  # as the line says: remove the folder and start again
            shutil.rmtree(runs, ignore_errors=True)
        place = {"resume": str(kept)} if kept else {"run_name": "mine"}
        told = {**TINY, "epochs": EPOCHS, "bundle_root": str(folder), "dataset_dir": str(folder / "data"), **settings, **place}
        run_config("train", ("train.json", *overlays), **told)

    return Scenario(lambda folder: lgg(folder / "data"), run, _trained, _half_trained)


def _trained(folder: Path) -> Any:
    """The digest of the best weights, the last state and the history but for its seconds."""
    run_dir = folder / "runs" / "mine"
    last = torch.load(run_dir / "last.pt", weights_only=True)
    rows = [{name: cell for name, cell in row.items() if name != "seconds"} for row in read_rows(run_dir / "history.csv")]
    state = {name: value.numpy().tobytes() for name, value in last["state"]["network"].items()}
    return digest((run_dir / "model.pt").read_bytes()), digest(repr(state).encode()), last["epoch"], rows


def _half_trained(folder: Path) -> list[str]:
    wrong = []
    for path in folder.glob("runs/*/*"):
        try:
            if path.suffix == ".pt":
                torch.load(path, weights_only=True)
            elif path.suffix == ".json":
                json.loads(path.read_text())
            elif path.suffix == ".png":
                Image.open(path).load()
        except Exception as error:
            wrong.append(f"{path.name}: {error}")
    return [line for line in wrong if not line.startswith(".part-")]
