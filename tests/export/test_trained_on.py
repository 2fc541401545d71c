"""The data that weights were trained on."""

import json

import pytest

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
