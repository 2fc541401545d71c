"""Pixels to ignore, in own data: neither trained on nor scored."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from custom.storage.tables import read_rows

SIZE_PX = 48


def write_folder(folder: Path, mode: str) -> Path:
    """Squares that are brighter than the background; below row 32 nothing is judged, and the truth would be wrong there."""
    for name in ("images", "labels", "fields"):
        (folder / name).mkdir(parents=True)
    for number in range(4):
        rng = np.random.default_rng(number)
        image, label = rng.integers(20, 60, (SIZE_PX, SIZE_PX)).astype(np.uint8), np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        top, left = rng.integers(2, 16, 2)
        label[top : top + 12, left : left + 12] = 1
        image[label > 0] += 150
        if mode == "value":
            label[32:] = 255
        else:
            label[32:] = 1
            field = np.ones_like(label)
            field[32:] = 0
            Image.fromarray(field).save(folder / "fields" / f"{number}.png")
        Image.fromarray(image).save(folder / "images" / f"{number}.png")
        Image.fromarray(label).save(folder / "labels" / f"{number}.png")
    return folder


def settings(mode: str) -> dict[str, object]:
    return {"ignore_label": 255} if mode == "value" else {"slices#field_folder": "fields"}


@pytest.mark.parametrize("mode", ["value", "field"])
@pytest.mark.parametrize("num_classes", [1, 2])
def test_pixels_to_ignore_are_neither_trained_on_nor_scored(training, tmp_path, mode, num_classes):
    data = write_folder(tmp_path / "data", mode)
    common = {"dataset_dir": str(data), "num_classes": num_classes, **settings(mode)}
    training("folder.json", run_name="mine", **common, epochs=2).run()
    checkpoint = tmp_path / "runs" / "mine" / "model.pt"
    assert all(bool(value.isfinite().all()) for value in torch.load(checkpoint, weights_only=True).values())
    training("folder.json", "evaluate.json", checkpoint=str(checkpoint), run_name="score", **common).run()
    for name in ("mine", "score"):
        rows = read_rows(tmp_path / "runs" / name / "patients.csv")[:-2]
        assert [int(row["truth_pixels"]) for row in rows] == [144] * 2
        assert all(int(row["pred_pixels"]) <= 32 * SIZE_PX for row in rows)
        assert (tmp_path / "runs" / name / "predictions.png").is_file()


def test_without_being_told_the_value_is_refused(training, tmp_path):
    data = write_folder(tmp_path / "data", "value")
    with pytest.raises(SystemExit, match="a label holds 1, but must hold|a label holds 255, but must hold"):
        training("folder.json", dataset_dir=str(data)).run()


def test_the_loss_of_a_training_is_blind_to_ignored_pixels(training, tmp_path):
    losses = []
    for number, mode in enumerate(("value", "field")):  # 255 and 1 below row 32
        data = write_folder(tmp_path / f"data{number}", mode)
        training("folder.json", dataset_dir=str(data), run_name=str(number), **settings(mode)).run()
        losses.append(read_rows(tmp_path / "runs" / str(number) / "history.csv")[0])
    assert losses[0]["train_loss"] == losses[1]["train_loss"] and losses[0]["val_loss"] == losses[1]["val_loss"]


def test_labels_without_a_pixel_to_judge_are_one_line(training, tmp_path):
    data = write_folder(tmp_path / "data", "value")
    for path in (data / "labels").iterdir():
        Image.fromarray(np.full((SIZE_PX, SIZE_PX), 255, np.uint8)).save(path)
    with pytest.raises(SystemExit, match=r"^[^\n]*\.png and all \d images have labels without a pixel to judge; set another"):
        training("folder.json", dataset_dir=str(data), ignore_label=255).run()


@pytest.mark.parametrize("value", [-2, 65536, 0.5, "many", True])
def test_a_wrong_value_is_one_line(training, value):
    with pytest.raises(SystemExit, match="^ignore_label must be a whole number from -1 to 65535, or none, got"):
        training(ignore_label=value).run()


@pytest.mark.parametrize("overlays", [("nuclei.json",), ("isbi2012.json", "paper.json")])
def test_ignored_pixels_reach_instances_weights_and_scores(training, tmp_path, overlays):
    data = tmp_path / "data"
    names = ("images", "instances") if overlays == ("nuclei.json",) else ("image", "label")
    for name in names:
        (data / name).mkdir(parents=True)
    for number in range(4):
        image, label = np.full((2, 96, 96), 40, np.uint8)
        label[:] = 0
        label[10:30, 10:30], label[10:30, 40:60], label[60:] = 1, 2, 9
        image[label > 0] = 200
        if names[1] == "label":
            label[(label > 0) & (label < 9)] = 255
        Image.fromarray(image + number).save(data / names[0] / f"{number}.png")
        Image.fromarray(label).save(data / names[1] / f"{number}.png")
    extra = {"patch_size": 188, "padding": False, "lr": 1e-4} if "paper.json" in overlays else {"batch_norm": True}
    workflow = training(*overlays, dataset_dir=str(data), ignore_label=9, run_name="mine", **{"patches_per_image": 1, **extra})
    item = workflow.parser.get_parsed_content("train#dataset")[0]
    item = item[0] if isinstance(item, list) else item
    validated = workflow.parser.get_parsed_content("validate#dataset")[0]
    for key in ("label", "instances"):
        assert bool((validated[key][0].swapaxes(0, 1)[60:] == -1).all() or (validated[key][0][60:] == -1).all())
    assert bool((item["label"][1][item["label"][0] == -1] == 0).all()) and bool((item["label"][0] == -1).any())
    workflow.run()
    assert (tmp_path / "runs" / "mine" / "model.pt").is_file()
