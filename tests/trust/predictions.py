"""Predictions that are killed and go on: of a folder of images, and of an image larger than memory."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
import zarr
from large_images import noise, write_weights, write_zarr
from PIL import Image
from trust.doors import CONFIGS, run_config
from trust.plants import lgg
from trust.scenario import Scenario, digest

import custom.large.segment  # noqa: F401  what children would import each by itself
from custom.__main__ import main
from custom.networks import UNet

BUNDLE = CONFIGS.parent


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
    """The digest of each file but the report, which tells the time, and the images of the record."""
    paths = [path for path in (folder / "out").rglob("*") if path.is_file() and path.name != "report.html"]
    files = {str(path.relative_to(folder)): path for path in paths}
    record = files.pop("out/predictions.jsonl").read_text().splitlines()[1:]
    names = sorted(json.loads(line)["name"] for line in record)
    return names, {name: path.suffix == ".html" or digest(path.read_bytes()) for name, path in sorted(files.items())}


def _half_predicted(folder: Path) -> list[str]:
    wrong = []
    for path in (folder / "out").rglob("*.*"):
        if path.suffix in (".tif", ".png") and not path.name.startswith(".part-"):
            try:
                np.asarray(Image.open(path))
            except Exception as error:
                wrong.append(f"{path.name}: {error}")
    return wrong


def segmentation() -> Scenario:
    """`segment` of an image of nine blocks, whose objects are numbered across them."""

    def prepare(folder: Path) -> None:
        write_weights(folder, classes=3, border_class=2, instances=True, min_size_px=3)
        write_zarr(folder / "in.zarr", noise(170, 180), "yx", chunks=(64, 64), y=0.5, x=0.25)

    def run(folder: Path) -> None:
        image, out, checkpoint = (str(folder / name) for name in ("in.zarr", "out.zarr", "weights.pt"))
        options = ["--checkpoint", checkpoint, "--scheduler", "synchronous", "--block", "64", "64"]
        raise SystemExit(main(["segment", image, out, *options]))

    return Scenario(prepare, run, _segmented, _half_segmented)


def _segmented(folder: Path) -> Any:
    """The digest of each file of the result."""
    files = [path for path in (folder / "out.zarr").rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): digest(path.read_bytes()) for path in sorted(files)}


def _half_segmented(folder: Path) -> list[str]:
    wrong = []
    for path in (folder / "out.zarr").rglob("zarr.json"):
        try:
            node = zarr.open(str(path.parent), mode="r")
            if isinstance(node, zarr.Array):
                np.asarray(node)
        except Exception as error:
            wrong.append(f"{path.relative_to(folder)}: {error}")
    return wrong
