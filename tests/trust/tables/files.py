"""Every broken file, brought to the check alone and to a prediction together with all others."""

import functools
import tempfile
from pathlib import Path

import torch
from trust.broken_files import Plant
from trust.cases import Case
from trust.doors import Door, Outcome, check, prediction
from trust.tables import pictures, volumes

from custom.networks import UNet

BROKEN = {**pictures.BROKEN, **volumes.BROKEN}


def _check(folder: Path) -> Outcome:
    """The check of an image, whose label is of no concern."""
    code, lines = check()(folder)
    return Outcome(code, [line for line in lines if "missing mask" not in line])


def _at(name: str, plant: Plant) -> Plant:
    def planted(folder: Path) -> None:
        (folder / "data").mkdir()
        plant(folder / "data" / name)

    return planted


@functools.cache
def _predicted() -> Outcome:
    """How a prediction of all broken files ends, which is to tell of each."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "data").mkdir()
        torch.save(UNet(in_channels=1, init_features=2).state_dict(), folder / "model.pt")
        for name, (plant, _) in BROKEN.items():
            plant(folder / "data" / name)
        return prediction(checkpoint="{}/model.pt", image_channels=None, overlays=False)(folder)


def _told_of(name: str) -> Door:
    def told(folder: Path) -> Outcome:
        code, lines = _predicted()
        return Outcome(code, [line for line in lines if f"/data/{name}: " in line])

    return told


CASES = [
    *(Case(f"check {name}", _check, says, _at(name, plant)) for name, (plant, says) in BROKEN.items()),
    *(Case(f"predict {name}", _told_of(name), says) for name, (_, says) in BROKEN.items()),
]
