"""Weights and what lies beside them, brought to a prediction, to a training and to the verbs."""

import functools
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from trust.broken_files import PIXELS
from trust.cases import Case
from trust.doors import prediction, training, verb
from trust.plants import all_of, lgg_link

from custom.networks import UNet
from custom.networks.record_file import sha256


@functools.cache
def _tensors() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return dict(UNet(init_features=2).state_dict())


def weights(**changed: Any) -> dict[str, Any]:
    """The tensors of a small network, of which some are replaced or, by None, left out; `__` is a dot."""
    state = {**_tensors(), **{name.replace("__", "."): value for name, value in changed.items()}}
    return {name: value for name, value in state.items() if value is not None}


def saved(content: Any) -> Callable[[Path], None]:
    """A `model.pt` of torch.save."""
    return lambda folder: torch.save(content, folder / "model.pt")


def stored(content: bytes) -> Callable[[Path], None]:
    """A `model.pt` of these bytes."""

    def plant(folder: Path) -> None:
        (folder / "model.pt").write_bytes(content)

    return plant


def beside(name: str, content: Any) -> Callable[[Path], None]:
    """Sound weights, and a file beside them; a text is written as it is."""

    def plant(folder: Path) -> None:
        saved(weights())(folder)
        text = content if isinstance(content, str) else json.dumps(_with_digest(content, folder))
        (folder / name).write_text(text)

    return plant


def _with_digest(content: Any, folder: Path) -> Any:
    """A record of the weights has their digest, unless it says another."""
    if isinstance(content, dict) and content.get("weights") == "digest":
        return {**content, "weights": {"model.pt": sha256(folder / "model.pt")}}
    return content


def record(**sections: Any) -> dict[str, Any]:
    """A record of these weights with sections replaced."""
    return {"schema": 1, "weights": "digest", "network": {}, "input": {}, "output": {}, **sections}


def _whole() -> bytes:
    file = io.BytesIO()
    torch.save(weights(), file)
    return file.getvalue()


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notes.txt", "no weights")
    return file.getvalue()


def _with(value: Any) -> torch.Tensor:
    return torch.full_like(_tensors()["head.weight"], value)


REFUSED = "model.pt is refused: it is broken, no file of torch.save, or holds more than tensors"
BROKEN_RECORD = "checkpoint: the record {}/model.json is broken: "
NO_SPLIT = "checkpoint: {}/split.json holds no split; take it from the run again, or remove it"
SIDES = {side: {"num_slices": 0, "patients": []} for side in ("train", "val")}
NO_RECORD = "checkpoint: {}/model.json is no record of weights; take it from the training again, or remove it"
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda folder: None, "checkpoint: no file '{}/model.pt'; train first, or name a"),
    "a folder": (lambda folder: (folder / "model.pt").mkdir(), "checkpoint: no file '{}/model.pt'"),
    "nothing": (stored(b""), REFUSED),
    "text": (stored(b"<html>404</html>"), REFUSED),
    "zeros": (stored(bytes(4096)), REFUSED),
    "a cut file": (stored(_whole()[:5000]), REFUSED),
    "another archive": (stored(_archive()), REFUSED),
    "a pickle": (stored(pickle.dumps({"a": 1})), "model.pt"),
    "an object": (saved(torch.nn.Linear(1, 1)), REFUSED),
    "a function": (saved({"head.weight": print}), REFUSED),
    "a list": (saved([torch.zeros(1)]), "model.pt is no state dictionary of tensors"),
    "numbers": (saved({"head.weight": 1.0}), "model.pt is no state dictionary of tensors"),
    "a tensor": (saved(torch.zeros(3)), "model.pt is no state dictionary of tensors"),
    "text for state": (saved({"state": "mine"}), "model.pt is no state dictionary of tensors"),
    "NaN": (
        saved(weights(head__weight=_with(torch.nan))),
        "head.weight holds NaN or infinite values; take an earlier checkpoint",
    ),
    "infinity": (saved(weights(head__weight=_with(torch.inf))), "head.weight holds NaN or infinite values"),
    "complex": (saved(weights(head__weight=_with(1).to(torch.complex64))), "head.weight holds complex64, not floats"),
    "booleans": (saved(weights(head__weight=_with(1).bool())), "head.weight holds bool, not floats"),
    "whole numbers": (saved(weights(head__weight=_with(1).int())), "head.weight holds int32, not float32"),
    "a name twice": (
        saved(weights(**{"module__head__weight": _with(1)})),
        "holds tensors of one name with and without module.",
    ),
    "a layer less": (saved(weights(head__bias=None)), "is of another architecture: head.bias is missing"),
    "a layer more": (saved(weights(tail__bias=torch.zeros(1))), "is of another architecture: tail.bias is unknown"),
    "another shape": (saved(weights(head__weight=torch.zeros(1, 3, 1, 1))), "head.weight is (1, 3, 1, 1), not (1, 2, 1, 1)"),
}
BESIDE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a record of nothing": (beside("model.json", ""), "checkpoint: {}/model.json is no JSON: "),
    "a record of text": (beside("model.json", "no record"), "checkpoint: {}/model.json is no JSON: "),
    "a record that is a list": (beside("model.json", "[]"), "checkpoint: {}/model.json holds no JSON object; take it from"),
    "a record as deep as it is long": (beside("model.json", "[" * 9000), "checkpoint: {}/model.json is no JSON: "),
    "a record without weights": (beside("model.json", {"schema": 1}), NO_RECORD),
    "a record of schema none": (beside("model.json", record(schema="none")), NO_RECORD),
    "a record of schema 9": (
        beside("model.json", record(schema=9)),
        "is of schema 9, this version reads 1; update unet-bundle",
    ),
    "a record of others": (
        beside("model.json", record(weights={"model.pt": "0" * 64})),
        "tells of other weights than {}/model.pt; take both from one training, or remove it",
    ),
    "a record whose network is a list": (beside("model.json", record(network=[])), f"{BROKEN_RECORD}network holds no names"),
    "a record whose output is text": (beside("model.json", record(output="mask")), f"{BROKEN_RECORD}output holds no names"),
    "a record of channels that is text": (
        beside("model.json", record(input={"channels": "all"})),
        f"{BROKEN_RECORD}input.channels must hold a name, got 'all'",
    ),
    "a record of channels that runs code": (
        beside("model.json", record(input={"channels": {"name": "os.system"}})),
        "channels: the record of the weights names 'os.system', which only the config of their training knows",
    ),
    "a split of text": (beside("split.json", "none"), "checkpoint: {}/split.json is no JSON: "),
    "a split that is a list": (beside("split.json", "[]"), "{}/split.json holds no JSON object; take it from the run again"),
    "a split of nobody": (beside("split.json", {"settings": {}}), NO_SPLIT),
    "a split of wrong settings": (beside("split.json", {**SIDES, "settings": []}), NO_SPLIT),
    "a config of text": (beside("config.json", "none"), "checkpoint: {}/config.json is no JSON: "),
    "a config that is a list": (
        beside("config.json", "[1]"),
        "{}/config.json holds no JSON object; take it from the run again",
    ),
    "a config of depth 99": (
        beside("config.json", {"depth": 99}),
        "{}/config.json is refused: depth must be a whole number from 1 to 12, got 99",
    ),
    "a config with a misspelt name": (
        beside("config.json", {"train": {}, "downsamplng": 2}),
        "{}/config.json is refused: downsamplng is no setting of this config, and nothing in it refers to @downsamplng; did",
    ),
}
VALUES = {
    "network.in_channels": (0, 1e9, "three", None, True), "network.out_channels": (0, 256, "one"),
    "network.depth": (0, 99, 2.5),
    "network.init_features": (-1, "many", 10**9), "network.upsample": ("cubic", 1, "$print(1)"), "network.padding": (1, "@x"),
    "network.batch_norm": ("yes", None), "input.downsampling": (0, 65, "half"), "output.threshold": (0, 1, "half", "NaN"),
    "output.border_class": (-1, 255), "output.min_size_px": (-1, 0.5), "output.across_slices": (0, "True"),
    "output.classes": ("cell", [1], ["$print(1)"]), "output.instances": ("all",), "training.seed": (-1, 2**64),
}  # fmt: skip


def _images(folder: Path) -> None:
    (folder / "data").mkdir()
    Image.fromarray(PIXELS).save(folder / "data" / "a.png")


def _data(folder: Path) -> None:
    lgg_link(folder / "data")


def _of_value(path: str, value: Any) -> tuple[Callable[[Path], object], str]:
    section, name = path.split(".")
    return beside("model.json", record(**{section: {name: value}})), f"{BROKEN_RECORD}{path} must be "


OF_VALUES = {f"a record of {path} {value}": _of_value(path, value) for path, values in VALUES.items() for value in values}
ALL = {**FILES, **BESIDE, **OF_VALUES}
CHECKPOINT = ("--checkpoint", "{}/model.pt")
CASES = [
    *(
        Case(f"predict with {name}", prediction(checkpoint="{}/model.pt", init_features=2), says, all_of(_images, plant))
        for name, (plant, says) in {**FILES, **BESIDE}.items()
    ),
    *(
        Case(f"train from {name}", training(checkpoint="{}/model.pt"), says, all_of(_data, plant))
        for name, (plant, says) in FILES.items()
        if name in ("text", "NaN", "another shape")
    ),
    *(
        Case(f"export {name}", verb("export", *CHECKPOINT, "--out", "{}/dist"), says, plant, 2)
        for name, (plant, says) in ALL.items()
    ),
    *(
        Case(f"quantize {name}", verb("quantize", *CHECKPOINT, "--out", "{}/int8.xml"), says, plant, 2)
        for name, (plant, says) in FILES.items()
    ),
    *(Case(f"describe {name}", verb("record", *CHECKPOINT), says, plant, 2) for name, (plant, says) in FILES.items()),
]
