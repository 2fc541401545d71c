"""What an earlier training left, broken before it is resumed; and exported bundles, run with settings that cannot be."""

import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from trust.cases import Case
from trust.doors import Door, outcome_of, run_config, training, verb
from trust.plants import kept_lgg

from custom.networks import UNet

Change = Callable[[Path], object]
LAST, REFUSED = "{}/root/runs/mine/last.pt", "{}/root/runs/mine/last.pt is refused: "
FOREIGN = f"resume: {LAST} was not written by a training of this bundle"


@functools.cache
def _trained() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A run whose second epoch is still to come."""
    place = tempfile.TemporaryDirectory()
    run = Path(place.name) / "root" / "runs" / "mine"
    outcome = training(dataset_dir=str(kept_lgg()), run_name="mine", epochs=2)(Path(place.name))
    assert outcome.code == 0, outcome
    saved = torch.load(run / "last.pt", weights_only=True)
    torch.save({**saved, "epoch": 1, "iteration": saved["iteration"] // 2, "best_metric_epoch": 1}, run / "last.pt")
    return place, run


def run_with(change: Change) -> Callable[[Path], None]:
    """A copy of that run, with a change."""

    def plant(folder: Path) -> None:
        copy = folder / "root" / "runs" / "mine"
        shutil.copytree(_trained()[1], copy, ignore=shutil.ignore_patterns("tensorboard", "*.png", "*.html"))
        change(copy)

    return plant


def last(edit: Callable[[dict[str, Any]], Any]) -> Change:
    """Another `last.pt`: what `edit` gives, or leaves in what it is given."""

    def change(run: Path) -> None:
        saved = torch.load(run / "last.pt", weights_only=True)
        edited = edit(saved)
        torch.save(saved if edited is None else edited, run / "last.pt")

    return change


def of_part(name: str, value: Any) -> Change:
    """A `last.pt` with one part replaced; `state#network` is the part `network` of its state."""
    outer, _, inner = name.partition("#")
    return last(lambda saved: (saved[outer] if inner else saved).__setitem__(inner or outer, value))


def tensors(part: str, edit: Callable[[torch.Tensor], torch.Tensor]) -> Change:
    """A `last.pt` of which the first tensor with axes in a part of its state is another."""

    def change(saved: dict[str, Any]) -> None:
        state = saved["state"][part]
        holder = state if part == "network" else next(iter(state["state"].values()))
        name = next(name for name, value in holder.items() if value.ndim)
        holder[name] = edit(holder[name])

    return last(change)


def file(name: str, content: str | bytes) -> Change:
    """Another content of a file of the run."""
    return lambda run: (run / name).write_bytes(content if isinstance(content, bytes) else content.encode())


BROKEN: dict[str, tuple[Change, str]] = {
    "that is empty": (file("last.pt", ""), REFUSED + "it is broken, no file of torch.save"),
    "of text": (file("last.pt", "epoch 3\n"), REFUSED + "it is broken, no file of torch.save"),
    "that is cut": (
        lambda run: (run / "last.pt").write_bytes((run / "last.pt").read_bytes()[:900]),
        REFUSED + "it is broken, no file of torch.save",
    ),
    "of a list": (last(lambda saved: [1, 2]), FOREIGN),
    "of a tensor": (last(lambda saved: torch.zeros(3)), FOREIGN),
    "of weights alone": (last(lambda saved: saved["state"]["network"]), FOREIGN),
    "without a score": (last(lambda saved: saved.pop("best_metric") and None), FOREIGN),
    "whose state is a list": (of_part("state", [1]), FOREIGN),
    "whose settings are text": (of_part("settings", "all"), FOREIGN),
    "of a word for an epoch": (of_part("epoch", "first"), REFUSED + "it is of epoch 'first'"),
    "of step 0": (of_part("iteration", 0), REFUSED + "it is of epoch 1 and step 0"),
    "of a score of NaN": (of_part("best_metric", float("nan")), REFUSED + "its best score is nan"),
    "of a score of the future": (of_part("best_metric_epoch", 9), REFUSED + "its best score is"),
    "of another seed": (
        last(lambda saved: saved["settings"].__setitem__("seed", 7)),
        "resume: seed is 0, but {}/root/runs/mine was trained with 7",
    ),
    "of other parts": (last(lambda saved: saved["state"].pop("optimizer") and None), "resume: {}/root/runs/mine keeps network"),
    "of NaN": (tensors("network", lambda value: value * float("nan")), LAST + " is refused: "),
    "of another shape": (tensors("network", lambda value: value[:1]), REFUSED + "its network is another: "),
    "of no tensors": (of_part("state#network", {}), REFUSED + "its network is another: "),
    "whose optimizer is NaN": (
        tensors("optimizer", lambda value: value * float("nan")),
        REFUSED + "its optimizer holds NaN or infinite values",
    ),
    "whose optimizer is of other shapes": (
        tensors("optimizer", lambda value: value[:1]),
        REFUSED + "its optimizer is of tensors of other shapes",
    ),
    "whose optimizer is empty": (of_part("state#optimizer", {}), REFUSED + "its optimizer does not fit"),
    "whose optimizer is a list": (of_part("state#optimizer", [1]), REFUSED + "its optimizer holds something else"),
    "whose schedule is empty": (of_part("state#lr_schedule", {}), REFUSED + "its lr_schedule holds something else"),
}
BESIDE: dict[str, tuple[Change, str]] = {
    "another split": (file("split.json", '{"train": {}}\n'), "split.json: holds another split"),
    "a split of bytes": (file("split.json", b"\xff\xfe\x00"), "split.json: holds another split"),
    "a history of text": (file("history.csv", "once upon a time\n1\n"), "history.csv is broken (row 1 has no epoch)"),
    "a history of words": (file("history.csv", "epoch,train_loss\nfirst,1\n"), "history.csv is broken"),
    "a history of losses that are words": (file("history.csv", "epoch,train_loss\n1,small\n"), "history.csv is broken"),
    "a history of too many cells": (file("history.csv", "epoch\n1,2,3\n"), "history.csv is broken (row 1 has"),
    "a history of bytes": (file("history.csv", b"epoch\n\xff\xfe\x00\n"), "history.csv is broken"),
}
RESUME = training(dataset_dir=str(kept_lgg()), resume="{}/root/runs/mine", epochs=2)


@functools.cache
def _exported() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A bundle, as `export` makes it."""
    place = tempfile.TemporaryDirectory()
    folder = Path(place.name)
    torch.manual_seed(0)
    torch.save(UNet(init_features=2, depth=2).state_dict(), folder / "model.pt")
    outcome = verb("export", "--checkpoint", "{}/model.pt", "--out", "{}/dist")(folder)
    assert outcome.code == 0, outcome
    return place, folder / "dist" / "unet_bundle"


def exported(config: str, **settings: Any) -> Door:
    """A config of the exported bundle, with settings."""

    def run(folder: Path) -> Any:
        bundle = _exported()[1]
        told = {"bundle_root": str(bundle), "dataset_dir": str(kept_lgg()), "device": "cpu", **settings}
        return outcome_of(lambda: run_config(config, (str(bundle / "configs" / f"{config}.json"),), **told))

    return run


OVERRIDES: dict[str, tuple[Door, str]] = {
    "a misspelt setting": (exported("inference", treshold=0.4), "treshold is no setting of this config"),
    "a setting of trainings": (exported("inference", epochs=3), "epochs is no setting of this config"),
    "a threshold of 2": (exported("inference", threshold=2), "threshold must be a number between 0 and 1, got 2"),
    "another depth": (exported("inference", depth=4), "depth must be 2, with which"),
    "a reference to nothing": (exported("inference", threshold="@nothing"), "threshold refers to @nothing"),
    "no target": (exported("inference", **{"dataset#_target_": "custom.Nothing"}), "there is no _target_ 'custom.Nothing'"),
    "an argument of no component": (exported("inference", **{"inferer#size": 3}), "inferer#size is no argument of"),
    "a program that fails": (exported("inference", threshold="$1 / 0"), "threshold cannot be found out from '$1 / 0'"),
    "a learning rate of 0": (exported("train", lr=0), "lr must be a finite number above 0, got 0"),
    "a misspelt setting in training": (exported("train", epoch=1), "epoch is no setting of this config"),
}
OTHERS: dict[str, dict[str, Any]] = {
    "resume: augmentation#transforms#5#prob is 0.1, but {}/root/runs/mine was trained with 0.7; give the same": {
        "augmentation#transforms#5#prob": 0.1
    },
    "resume: loss#batch is False, but {}/root/runs/mine was trained with True; give the same": {"loss#batch": False},
}


def _unchanged(run: Path) -> None:
    """The run as it is."""


def _resumed(**settings: Any) -> Door:
    return training(resume="{}/root/runs/mine", dataset_dir=str(kept_lgg()), epochs=2, **settings)


CASES = [
    *(
        Case(f"resumed with another {next(iter(other))}", _resumed(**other), says, run_with(_unchanged))
        for says, other in OTHERS.items()
    ),
    *(Case(f"a last.pt {name}", RESUME, says, run_with(change)) for name, (change, says) in BROKEN.items()),
    *(Case(f"{name} beside it", RESUME, says, run_with(change)) for name, (change, says) in BESIDE.items()),
    *(Case(f"an exported bundle with {name}", door, says) for name, (door, says) in OVERRIDES.items()),
]
