"""Weights that know themselves: a prediction, an evaluation and an export need their file alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from PIL import Image
from workflows import CONFIGS, workflow

from custom.__main__ import main
from custom.export import describe, export_bundle
from custom.networks import UNet, read_record
from custom.networks.record import SCHEMA
from custom.storage.tables import read_rows

BUNDLE = Path(__file__).parents[2] / "bundle"
MODELS = BUNDLE / "models"
PUBLISHED = ["", "flair", "isbi2012", "isbi2012_neighbours", "nuclei", "u373"]
HELD_OUT = ["held_out", "held_out/flair", "held_out/isbi2012_neighbours", "held_out/nuclei"]
TINY = {"epochs": 1, "batch_size": 4, "init_features": 2, "patch_size": 32, "val_fraction": 0.5, "device": "cpu"}
# What had to be told of the published weights before they knew it themselves; "flair" and "neighbours" are configs.
LONG = {
    "": {},
    "flair": {"configs": ["flair.json"]},
    "isbi2012": {"input_channels": 1, "across_slices": False, "largest_object": False},
    "isbi2012_neighbours": {"configs": ["neighbours.json"], "across_slices": False, "largest_object": False},
    "nuclei": {"input_channels": 1, "num_classes": 3, "border_class": 2, "instances": True, "min_size_px": 16},
    "u373": {
        "input_channels": 1, "num_classes": 3, "border_class": 2, "init_features": 32, "downsampling": 2, "instances": True,
        "min_size_px": 100,
    },
}  # fmt: skip


def predict(images: Path, out: Path, checkpoint: Path, configs: list[str] | None = None, **settings) -> dict[str, np.ndarray]:
    """What was written, by its name."""
    told = {"bundle_root": str(BUNDLE), "dataset_dir": str(images), "output_dir": str(out), "overlays": False}
    workflow("infer", "inference.json", *(configs or []), **told, checkpoint=str(checkpoint), **settings).run()
    files = [path for path in sorted(out.rglob("*.*")) if path.suffix not in (".jsonl", ".html")]
    return {str(path.relative_to(out)): np.asarray(Image.open(path)) for path in files}


@pytest.fixture
def images(tmp_path) -> Callable[[int], Path]:
    """A function that gives a folder of three blurred pictures of some channels."""

    def make(channels: int) -> Path:
        folder = tmp_path / f"images_{channels}"
        folder.mkdir()
        for number in range(3):
            coarse = np.random.default_rng(number).integers(0, 256, (9, 7, 3), dtype=np.uint8)
            picture = Image.fromarray(coarse).resize((56, 72), Image.Resampling.BICUBIC)
            (picture if channels == 3 else picture.convert("L")).save(folder / f"s_{number}.png")
        return folder

    return make


@pytest.fixture
def training(tiny_lgg, tmp_path) -> Callable[..., Path]:
    """A function that trains for a short epoch and gives the folder of the run."""

    def run(*overlays: str, **settings) -> Path:
        told = {**TINY, "bundle_root": str(tmp_path), "dataset_dir": str(tiny_lgg), "run_name": "mine", **settings}
        workflow("train", "train.json", *overlays, **told).run()
        return tmp_path / "runs" / told["run_name"]

    return run


@pytest.mark.parametrize("folder", PUBLISHED)
def test_published_weights_alone_give_the_masks_of_the_long_command(images, tmp_path, folder):
    pictures = images(3 if folder in ("", "flair") else 1)
    (tmp_path / "bare").mkdir()
    shutil.copyfile(MODELS / folder / "model.pt", tmp_path / "bare" / "model.pt")
    short = predict(pictures, tmp_path / "short", MODELS / folder / "model.pt")
    long = predict(pictures, tmp_path / "long", tmp_path / "bare" / "model.pt", **LONG[folder])
    assert short.keys() == long.keys() and len(short) >= 3
    assert all(np.array_equal(short[name], long[name]) for name in short)


@pytest.mark.parametrize("folder", [*PUBLISHED, *HELD_OUT])
def test_the_record_of_published_weights_is_what_the_configs_and_documents_say(folder):
    record = json.loads((MODELS / folder / "model.json").read_text())
    digest, name = (MODELS / folder / "SHA256SUMS").read_text().split()
    assert record["weights"] == {name: digest} and record["schema"] == SCHEMA
    split = json.loads((MODELS / folder / "split.json").read_text())
    assert record["training"]["data"]["images"] == split["train"]["num_slices"]
    assert record["training"]["seed"] == split["settings"]["seed"]
    for value in record["training"]["scores"].values():
        assert any(f"{value:.3f}" in path.read_text() for path in (BUNDLE / "docs").glob("*.md")), value
    parser = ConfigParser()
    parser.read_config([str(CONFIGS / config) for config in record["training"]["configs"]])
    told = read_record(MODELS / folder / "model.pt")
    for setting in ("input_channels", "num_classes", "init_features", "downsampling", "border_class", "min_size_px"):
        assert told[setting] == parser.get_parsed_content(setting), setting


def test_a_training_writes_what_its_weights_know(training, tiny_lgg):
    run_dir = training("ema.json", num_classes=1, depth=3, seed=7)
    record = json.loads((run_dir / "model.json").read_text())
    assert record["network"]["depth"] == 3 and record["network"]["class"] == "custom.networks.UNet"
    assert record["input"]["normalisation"] == [{"name": "NormalizeChannelsd"}]
    assert record["output"]["classes"] == ["background", "FLAIR abnormality"] and record["output"]["threshold"] == 0.5
    assert record["training"]["seed"] == 7 and record["training"]["data"]["images"] == 6
    scores = {row["metric"]: float(row["value"]) for row in read_rows(run_dir / "scores.csv") if row["value"]}
    assert record["training"]["scores"]["val_mean_dice"] == pytest.approx(scores["val_mean_dice"], abs=1e-5)
    last = torch.load(run_dir / "last.pt", weights_only=True)
    assert last["record"]["network"] == record["network"]
    assert read_record(run_dir / "last.pt")["depth"] == read_record(run_dir / "model.pt")["depth"] == 3


def test_the_config_of_a_run_repeats_it_unless_a_name_in_it_is_misspelt(training, tmp_path):
    run_dir = training("ema.json")
    workflow("train", str(run_dir / "config.json"), run_name="again").run()
    assert (tmp_path / "runs" / "again" / "model.json").is_file()
    config = json.loads((run_dir / "config.json").read_text())
    (tmp_path / "edited.json").write_text(json.dumps({**config, "epoch": 2}))
    with pytest.raises(SystemExit, match="^epoch is no setting of this config, .* did you mean epochs"):
        workflow("train", str(tmp_path / "edited.json"), run_name="third").run()
    assert not (tmp_path / "runs" / "third").exists()


@pytest.mark.parametrize("file", ["model.pt", "last.pt"])
def test_weights_of_a_training_predict_and_score_without_being_described(training, images, tmp_path, file):
    run_dir = training(depth=3, padding=False, batch_norm=False, upsample="nearest", largest_object=False, downsampling=2,
                       patch_size=216)  # fmt: skip
    masks = predict(images(3), tmp_path / "out", run_dir / file)
    assert {name: mask.shape for name, mask in masks.items()} == {f"s_{n}_mask.png": (72, 56) for n in range(3)}
    told = {"bundle_root": str(tmp_path), "dataset_dir": str(tmp_path / "none"), "device": "cpu"}
    made = workflow("train", "train.json", "evaluate.json", **told, checkpoint=str(run_dir / file))
    network = made.parser.get_parsed_content("network_def")
    assert (network.depth, network.padding) == (3, False)
    assert made.parser.get_parsed_content("largest_object") is False and made.parser.get_parsed_content("downsampling") == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"padding": False}, "padding must be True, with which .*model.pt was trained, got False"),
        ({"init_features": 4}, "init_features must be 2, with which .*model.pt was trained, got 4"),
        ({"batch_norm": False}, "batch_norm must be True, with which"),
        ({"num_classes": 2}, "num_classes must be 1, with which"),
        ({"downsampling": 2}, "downsampling must be 1, with which"),
        ({"configs": ["neighbours.json"]}, r"channels must be Identityd\(\), with which .* got NeighbouringSlicesd\(\)"),
    ],
)
def test_what_weights_cannot_be_used_with_is_refused_by_name(training, images, tmp_path, settings, message):
    run_dir = training()
    with pytest.raises(SystemExit, match=f"^{message}"):
        predict(images(3), tmp_path / "out", run_dir / "model.pt", **settings)
    assert not (tmp_path / "out").exists()


def test_what_is_a_choice_is_taken_from_the_hand(training, images, tmp_path):
    run_dir = training(num_classes=1)
    masks = predict(images(3), tmp_path / "out", run_dir / "model.pt", instances=True, threshold=0.01, largest_object=False)
    assert len(masks) == 6 and any((mask == 255).all() for mask in masks.values())


@pytest.mark.parametrize("overlay", ["flair.json", "neighbours.json"])
def test_an_export_tells_the_channels_that_its_network_sees(tmp_path, overlay):
    folder = "flair" if overlay == "flair.json" else "isbi2012_neighbours"
    root = export_bundle(MODELS / folder / "model.pt", tmp_path / "dist")
    record = json.loads((root / "models" / "model.json").read_text())
    assert record["weights"].keys() == {"model.pt", "model.ts", "model.onnx"}
    published = json.loads((MODELS / folder / "model.json").read_text())
    for part in ("network", "input", "output", "training", "versions"):
        assert record[part] == published[part]
    wanted = json.loads((CONFIGS / overlay).read_text())["channels"]
    train = json.loads((root / "configs" / "train.json").read_text())["channels"]
    assert {**train, "_desc_": ""} == {**wanted, "_desc_": ""}
    for suffix in ("pt", "ts", "onnx"):
        assert read_record(root / "models" / f"model.{suffix}")["channels"]["name"] == wanted["_target_"].split(".")[-1]


def test_the_record_verb_describes_weights_that_came_without(tmp_path, capsys):
    torch.save(UNet(1, 3, 2).state_dict(), tmp_path / "cells.pt")
    command = ["record", "--checkpoint", str(tmp_path / "cells.pt"), "--config", str(CONFIGS / "nuclei.json")]
    assert main([*command, "--score", "val_seg", "0.5"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/cells.json\n"
    record = json.loads((tmp_path / "cells.json").read_text())
    assert record["output"]["classes"] == ["background", "nucleus", "border"] and record["output"]["min_size_px"] == 16
    assert record["network"]["init_features"] == 2 and record["training"]["scores"] == {"val_seg": 0.5}
    torch.save(UNet(1, 3, 3).state_dict(), tmp_path / "cells.pt")  # trained again
    assert json.loads(describe(tmp_path / "cells.pt", [CONFIGS / "nuclei.json"]).read_text())["network"]["init_features"] == 3


def test_weights_that_do_not_fit_the_configs_are_one_line_and_no_record(tmp_path, capsys):
    torch.save(UNet(3, 1, 2).state_dict(), tmp_path / "model.pt")
    assert main(["record", "--checkpoint", str(tmp_path / "model.pt"), "--config", str(CONFIGS / "nuclei.json")]) == 2
    error = capsys.readouterr().err
    assert "must be" in error and error.count("\n") == 1
    assert not (tmp_path / "model.json").exists()
