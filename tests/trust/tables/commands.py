"""Command lines, overlays, and what a run left: brought to the verbs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from trust.cases import Case
from trust.doors import TINY, verb
from trust.plants import all_of, lgg_link

from custom.networks import UNet

CHECKPOINT = ("--checkpoint", "{}/model.pt")
USAGE: dict[str, tuple[tuple[str, ...], str]] = {
    "a misspelt option": (("check", "{}/data", "--num_clases", "2"), "no option --num_clases; did you mean --num_classes?"),
    "an option of no verb": (("export", *CHECKPOINT, "--colour", "red"), "no option --colour"),
    "a folder that is not there": (("check", "{}/nowhere"), "no folder '{}/nowhere'"),
    "no channels": (("check", "{}/data", "--input_channels", "0"), "in_channels must be at least 1, got 0"),
    "no classes": (("check", "{}/data", "--num_classes", "0"), "num_classes must be at least 1, got 0"),
    "an ignored label out of range": (
        ("check", "{}/data", "--ignore_label", "-2"),
        "ignore_label must be a whole number from",
    ),
    "one folder of two": (("check", "{}/data", "--image_folder", "a"), "image_folder and label_folder must be given together"),
    "a part that a list has not": (
        ("train", "{}/data", "--config", "train", "--augmentation#transforms#55#prob", "0.1"),
        "augmentation#transforms#55#prob leads to nothing: augmentation#transforms has 7 parts, numbered from 0",
    ),
    "a part of a list that is no number": (
        ("predict", "{}/data", *CHECKPOINT, "--postprocessing#transforms#first#keys", "x"),
        "postprocessing#transforms#first#keys leads to nothing: postprocessing#transforms has 9 parts, numbered from 0",
    ),
    "a part of a reference": (
        ("train", "{}/data", "--config", "train", "--validate#handlers#0#patience", "3"),
        "validate#handlers#0#patience leads to nothing: validate#handlers#0 has no parts in this config",
    ),
    "a part of a number": (
        ("train", "{}/data", "--config", "train", "--lr#x", "3"),
        "lr#x leads to nothing: lr has no parts in this config",
    ),
    "a part of nothing": (
        ("train", "{}/data", "--config", "train", "--train#trainor#max_epochs", "3"),
        "train#trainor#max_epochs leads to nothing: train#trainor has no parts in this config",
    ),
    "objects of fewer pixels than none": (
        ("predict", "{}/data", *CHECKPOINT, "--writer#min_size_px", "-4"),
        "writer#min_size_px must be a whole number from 0 to 1000000, got -4",
    ),
    "the summary of nothing": (("summary", "{}/nowhere"), "run: no folder '{}/nowhere'"),
    "the summary of data": (("summary", "{}/data"), "{}/data/config.json cannot be read"),
    "the runs of nothing": (("runs", "--runs", "{}/nowhere"), "runs: no folder '{}/nowhere'"),
    "the runs of data": (("runs", "--runs", "{}/data"), "runs: no run in '{}/data'"),
    "a comparison with nothing": (("compare", "{}/data", "{}/nowhere"), "{}/data/config.json cannot be read"),
    "export without weights": (("export", "--checkpoint", "{}/none.pt"), "checkpoint: no file '{}/none.pt'"),
    "export over something": (("export", *CHECKPOINT, "--out", "{}/data"), "out: '{}/data' exists, and nothing is overwritten"),
    "export under no name": (
        ("export", *CHECKPOINT, "--out", "{}/d", "--name", "a b"),
        "name must be letters, digits",
    ),
    "export of no version": (("export", *CHECKPOINT, "--out", "{}/d", "--version", "next"), "version"),
    "export of no overlay": (("export", *CHECKPOINT, "--out", "{}/d", "--config", "{}/x.json"), "config: no file '{}/x.json'"),
    "a score that is no number": (("record", *CHECKPOINT, "--score", "val_dice", "high"), "score: could not convert string"),
    "a record of nothing": (("record", "--checkpoint", "{}/none.pt"), "checkpoint: no file '{}/none.pt'"),
    "8 bits of nothing": (("quantize", "--checkpoint", "{}/none.pt"), "checkpoint: no file '{}/none.pt'"),
    "a series of nothing": (("predict", "{}/nowhere", "--out", "{}/out"), "{}/nowhere"),
}
OVERLAYS: dict[str, tuple[Any, str]] = {
    "that is text": ("lr = 1", "{}/mine.json is refused: it is neither JSON nor YAML"),
    "that is nothing": ("", "{}/mine.json is refused"),
    "that is cut": ('{"lr": 1', "{}/mine.json is refused: it is neither JSON nor YAML"),
    "that is a list": ([1], "{}/mine.json is refused: it holds no IDs"),
    "that is a number": (3, "{}/mine.json is refused: it holds no IDs"),
    "of an unknown ID": ({"learning_rate": 1}, "{}/mine.json sets 'learning_rate', which is in no config of the bundle"),
    "of another program": ({"run": ["$print(1)"]}, "{}/mine.json sets 'run'; a bundle is exported with settings"),
    "that initializes": ({"initialize": ["$print(1)"]}, "{}/mine.json sets 'initialize'"),
    "of a deep nothing": ({"train#dataset#data#x#y": 1}, "config: 'train#dataset#data#x#y' leads to nothing"),
}


def _weights(folder: Path) -> None:
    torch.manual_seed(0)
    torch.save(UNet(init_features=2, depth=2).state_dict(), folder / "model.pt")


def _data(folder: Path) -> None:
    lgg_link(folder / "data")


def _overlay(content: Any) -> Callable[[Path], None]:
    text = content if isinstance(content, str) else json.dumps(content)
    return lambda folder: (folder / "mine.json").write_text(text) and None


def run_folder(name: str, content: str | None) -> Callable[[Path], None]:
    """A run whose file of this name holds something else; None leaves it out."""

    def plant(folder: Path) -> None:
        run = folder / "run"
        run.mkdir()
        patients = "patient_id,slices,dice,iou\nA,3,0.5,0.4\nmean,3,0.5,0.4\nmedian,3,0.5,0.4\n"
        files = {"patients.csv": patients, "history.csv": "epoch,val_mean_dice\n1,0.5\n", "config.json": "{}", name: content}
        for file, text in files.items():
            if text is not None:
                (run / file).write_text(text)

    return plant


RUNS: dict[str, tuple[Callable[[Path], None], str]] = {
    "without a config": (run_folder("config.json", None), "{}/run/config.json cannot be read"),
    "whose config is text": (run_folder("config.json", "lr = 1"), "{}/run/config.json is no JSON"),
    "whose config is a list": (run_folder("config.json", "[1]"), "{}/run/config.json holds no JSON object"),
    "of other patients": (
        run_folder("patients.csv", "name,age\nA,3\n"),
        "{}/run/patients.csv is broken (row 1 has no patient_id)",
    ),
    "of a text for Dice": (
        run_folder("patients.csv", "patient_id,slices,dice,iou\nA,3,high,0.4\n"),
        "{}/run/patients.csv is broken (could not convert string to float: 'high')",
    ),
    "of another history": (run_folder("history.csv", "epoch\nfirst\n"), "{}/run/history.csv is broken (could not"),
    "of a history that is cut": (
        run_folder("history.csv", "epoch,val_mean_dice\n1,0.5\n2,0."),
        "{}/run/history.csv is broken (its last line is cut off); take it from the run again, or remove it",
    ),
    "of a history of words": (
        run_folder("history.csv", "epoch,val_mean_dice\n1,high\n"),
        "{}/run/history.csv is broken (could not convert string to float: 'high')",
    ),
    "of a history of nothing": (run_folder("history.csv", ""), "{}/run/history.csv is broken (it is empty)"),
    "of scores that are cut": (run_folder("scores.csv", "metric,va"), "{}/run/scores.csv is broken (its last line is cut off)"),
    "of other scores": (run_folder("scores.csv", "name,value\na,1\n"), "{}/run/scores.csv is broken (row 1 has no metric)"),
    "of another threshold": (
        run_folder("threshold.csv", "patient_id,dice\nmean,1\n"),
        "{}/run/threshold.csv is broken (row 1 has no threshold)",
    ),
    "whose config is misspelt": (
        run_folder("config.json", '{"train": {}, "epoch": 5}'),
        "run: {}/run/config.json is refused: epoch is no setting of this config, and nothing in it refers to @epoch; did you",
    ),
    "of a split of text": (run_folder("split.json", "half"), "run: {}/run/split.json is no JSON: "),
    "of a split of nobody": (
        run_folder("split.json", "{}"),
        "run: {}/run/split.json holds no split; take it from the run again, or remove it",
    ),
}
TRAIN = tuple(text for name, value in TINY.items() for text in (f"--{name}", str(value)))
CASES = [
    *(Case(name, verb(*words), says, all_of(_data, _weights), 2) for name, (words, says) in USAGE.items()),
    *(
        Case(
            f"export with an overlay {name}",
            verb("export", *CHECKPOINT, "--out", "{}/dist", "--config", "{}/mine.json"),
            says,
            all_of(_weights, _overlay(content)),
            2,
        )
        for name, (content, says) in OVERLAYS.items()
    ),
    *(
        Case(
            f"train with an overlay {name}",
            verb("train", "{}/mine.json", *TRAIN, "--dataset_dir", "{}/data", "--bundle_root", "{}/root"),
            "mine.json",
            all_of(_data, _overlay(content)),
            2,
        )
        for name, (content, says) in OVERLAYS.items()
        if "is refused" in says
    ),
    *(Case(f"the summary of a run {name}", verb("summary", "{}/run"), says, plant, 2) for name, (plant, says) in RUNS.items()),
]
