"""The data that weights were trained on."""

import json

import pytest
from PIL import Image

from custom.bundle_root import bundle_root
from custom.data import kaggle_lgg, split_by_patient, write_split
from custom.export.configs import read_config
from custom.export.trained_on import slices_of_training


def test_the_data_of_the_run_are_taken_where_none_are_named(tmp_path, tiny_lgg) -> None:
    split = split_by_patient(kaggle_lgg(tiny_lgg), val_fraction=0.5)
    write_split(split, tmp_path / "split.json")
    (tmp_path / "config.json").write_text(json.dumps({"dataset_dir": str(tiny_lgg)}))
    train = read_config(bundle_root() / "configs" / "train.json")
    found = slices_of_training(train, "", tmp_path / "model.pt")
    assert {item["image"] for item in found} == {item["image"] for item in split["train"]}


def test_data_under_other_names_are_told_with_the_plan(tmp_path) -> None:
    train = read_config(bundle_root() / "configs" / "train.json")
    with pytest.raises(ValueError, match="if the training had a plan or other configs, name them with --config$"):
        slices_of_training(train, str(tmp_path), tmp_path / "model.pt")


def of_folder(root, **slices: object) -> dict[str, object]:
    """A `config.json` of a training on a folder of pictures, four beside their masks."""
    for index in range(4):
        Image.new("L", (8, 8)).save(root / f"x{index}.png")
        Image.new("L", (8, 8), 255 * (index % 2)).save(root / f"x{index}_truth.png")
    reader = {"_target_": "custom.targets.folder_images", "dataset_dir": "@dataset_dir", "label_suffix": "_truth", **slices}
    return {"dataset_dir": str(root), "slices": reader}


def test_data_are_read_as_the_plan_of_the_run_reads_them(tmp_path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(of_folder(tmp_path, in_channels=1)))
    train = read_config(bundle_root() / "configs" / "train.json")
    assert len(slices_of_training(train, "", tmp_path / "model.pt")) == 3  # a quarter validates


@pytest.mark.parametrize(
    "slices", [{"_target_": "os.mkdir", "path": "made"}, {"in_channels": "$__import__('os').mkdir('made')"}]
)
def test_nothing_of_the_config_beside_weights_is_run(tmp_path, monkeypatch, slices) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(of_folder(tmp_path, **slices)))
    train = read_config(bundle_root() / "configs" / "train.json")
    with pytest.raises(ValueError, match="name them with --config$"):
        slices_of_training(train, "", tmp_path / "model.pt")
    assert not (tmp_path / "made").exists()
