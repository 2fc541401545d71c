"""What is killed: a training, a prediction and an export, each with how it goes on and with what must come of it."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from trust.doors import TINY, run_config
from trust.plants import lgg

import custom.export
import custom.handlers
import custom.inferers
import custom.losses
import custom.metrics
import custom.settings.config
import custom.targets  # noqa: F401  what children would import each by itself
from custom.__main__ import main
from custom.networks import UNet
from custom.tables import read_rows

BUNDLE = Path(__file__).parents[2] / "bundle"
EPOCHS = 4


class Scenario(NamedTuple):
    """A program that is killed.

    Attributes:
        prepare: puts into a folder what the program reads.
        run: runs it there, or goes on with what an earlier life left.
        result: what came of it, to be compared.
        wrong: what is half-written in the folder after a kill.
    """

    prepare: Callable[[Path], None]
    run: Callable[[Path], None]
    result: Callable[[Path], Any]
    wrong: Callable[[Path], list[str]]


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
    return _digest((run_dir / "model.pt").read_bytes()), _digest(repr(state).encode()), last["epoch"], rows


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


def prediction(**settings: Any) -> Scenario:
    """A prediction of two patients of three slices and a picture, which goes on."""

    def prepare(folder: Path) -> None:
        torch.manual_seed(0)
        torch.save(UNet(init_features=2).state_dict(), folder / "model.pt")
        lgg(folder / "data", patients=2)

    def run(folder: Path) -> None:
        told = {
            "bundle_root": str(BUNDLE), "dataset_dir": str(folder / "data"), "output_dir": str(folder / "out"), "device": "cpu",
            "checkpoint": str(folder / "model.pt"), "resume": True, **settings,
        }  # fmt: skip
        run_config("inference", ("inference.json",), **told)

    return Scenario(prepare, run, _predicted, _half_predicted)


def _predicted(folder: Path) -> Any:
    """The digest of each file, and the lines of the record, whose times of change differ between folders."""
    files = {str(path.relative_to(folder)): path for path in (folder / "out").rglob("*") if path.is_file()}
    record = files.pop("out/predictions.jsonl").read_text().splitlines()[1:]
    names = sorted(json.loads(line)["name"] for line in record)
    return names, {name: _digest(path.read_bytes()) for name, path in sorted(files.items())}


def _half_predicted(folder: Path) -> list[str]:
    wrong = []
    for path in (folder / "out").rglob("*.*"):
        if path.suffix in (".tif", ".png") and not path.name.startswith(".part-"):
            try:
                np.asarray(Image.open(path))
            except Exception as error:
                wrong.append(f"{path.name}: {error}")
    return wrong


def export() -> Scenario:
    """An export of small weights."""

    def prepare(folder: Path) -> None:
        torch.manual_seed(0)
        torch.save(UNet(init_features=2, depth=2).state_dict(), folder / "model.pt")

    def run(folder: Path) -> None:
        for left in folder.glob(".part-*"):  # it lies beside what is exported, in a folder that is not ours to clean
            shutil.rmtree(left)
        if not (folder / "dist").exists():
            code = main(["export", "--checkpoint", str(folder / "model.pt"), "--out", str(folder / "dist")])
            raise SystemExit(code)

    def result(folder: Path) -> Any:
        files = sorted(path.relative_to(folder) for path in (folder / "dist").rglob("*") if path.is_file())
        return files, _digest((folder / "dist" / "unet_bundle" / "models" / "model.pt").read_bytes())

    return Scenario(prepare, run, result, lambda folder: [])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


SCENARIOS = {
    "training": training(),
    "training whose data are read by two processes": training(num_workers=2),
    "training with averaged weights": training("ema.json"),
    "prediction": prediction(),
    "prediction image by image": prediction(across_slices=False, probability_maps=True),
    "prediction whose images are read by two processes": prediction(num_workers=2, instances=True),
    "export": export(),
}
