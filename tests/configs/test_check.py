"""The check of a whole config, as its first step."""

from pathlib import Path

import pytest
import torch
from monai.bundle import scripts
from workflows import CONFIGS, workflow

from custom.configs.check import check_config
from custom.networks import UNet
from custom.networks.record import new_record
from custom.networks.record_file import write_record


def run(tmp_path: Path, *names: str, **settings) -> None:
    kind = "infer" if names[0] == "inference" else "train"
    workflow(kind, *(f"{name}.json" for name in names), bundle_root=str(tmp_path), **settings).run()


@pytest.mark.parametrize(
    ("names", "settings", "message"),
    [
        (["train"], {"epoch": 5}, "epoch is no setting"),
        (["train", "folder"], {"slices#image_sufix": "_x"}, "slices#image_sufix is no argument"),
        (["train", "ema"], {"ema#momentm": 0.1}, "ema#momentm is no argument"),
        (["train", "evaluate"], {"threshhold": 0.1}, "threshhold is no setting"),
        (["inference"], {"thresh": 0.3}, "thresh is no setting"),
        (["train"], {"patch_size": "@nothing"}, "patch_size refers to @nothing"),
        (["train"], {"num_folds": "$1 / 0"}, "num_folds cannot be found out from '.*': division by zero"),
        (["train"], {"slices#dataset_dir": "@nothing"}, "slices#dataset_dir refers to @nothing"),
        (["train"], {"seed": "many"}, "seed must be a whole number from 0 to 4294967295, got 'many'"),
        (["train"], {"lr_schedule#T_max": 0}, "lr_schedule#T_max must be a whole number from 1"),
        (["train"], {"loss#sigmoid": "yes"}, "loss#sigmoid must be True or False, got 'yes'"),
        (["train"], {"early_stop#patience": "x"}, "early_stop#patience must be a whole number, got 'x'"),
        (["train"], {"contrast#gamma": [float("nan"), 1]}, "contrast#gamma#0 must be a finite number, got nan"),
        (["train"], {"class_names": ["a", "b", "c"]}, r"class_names must name 2 classes.*, got \['a', 'b', 'c'\]"),
        (["train", "ctc"], {"slices#truth": "x"}, "slices#truth must be one of GT, ST, got 'x'"),
        (["train", "evaluate"], {"checkpoint": ""}, "checkpoint must name the weights to score, got ''"),
    ],
)
def test_the_first_step_ends_the_program_in_one_line_before_data_are_read(tmp_path, names, settings, message):
    with pytest.raises(SystemExit, match=message) as refused:
        run(tmp_path, *names, **settings)
    assert "\n" not in str(refused.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scaling#factors": "x"}, "scaling cannot be made with .*factors='x'.*: factors should be a number or pair"),
        ({"contrast#gamma": ["nan", 1]}, r"contrast cannot be made with .*gamma=\['nan', 1\].*: TypeError: "),
        ({"title": "$1 / 0"}, "title cannot be found out from .*division by zero"),
    ],
)
def test_a_component_that_cannot_be_made_ends_the_program_in_one_line_with_its_id(tiny_lgg, tmp_path, settings, message):
    with pytest.raises(SystemExit, match=message) as refused:
        run(tmp_path, "train", dataset_dir=str(tiny_lgg), init_features=2, **settings)
    assert "\n" not in str(refused.value)


def test_an_error_within_a_training_is_one_line_with_its_place(tiny_lgg, tmp_path, monkeypatch):
    def broken(self, engine):
        raise KeyError("loss")

    monkeypatch.setattr("custom.handlers.history.History.start", broken)
    with pytest.raises(SystemExit, match=r"^KeyError: 'loss' \(.*test_check.py, line \d+\); UNET_BUNDLE_DEBUG=1 before"):
        run(tmp_path, "train", dataset_dir=str(tiny_lgg), init_features=2, epochs=1, patch_size=32, val_fraction=0.5)


@pytest.mark.filterwarnings("ignore:parsing config_file")
def test_none_on_the_command_line_is_refused_where_the_other_value_would_stay(tmp_path):
    arguments = {
        "config_file": str(CONFIGS / "train.json"),
        "bundle_root": str(tmp_path),
        "device": "cpu",
        "logging_file": False,
    }
    with pytest.raises(SystemExit, match=r"epochs cannot be None on the command line.*the config's 40 would stay"):
        scripts.run(run_id="training", workflow_type="train", epochs=None, **arguments)
    with pytest.raises(SystemExit, match="dataset_dir must be an existing"):
        scripts.run(run_id="training", workflow_type="train", fold=None, dataset_dir="nowhere", **arguments)


def test_weights_are_used_with_the_normalisation_that_they_were_trained_with(tmp_path):
    checkpoint = tmp_path / "model.pt"
    torch.save(UNet(init_features=2).state_dict(), checkpoint)
    record = new_record({}, UNet(init_features=2), channels={"name": "Identityd"}, normalisation=[{"name": "NormalizeOther"}])
    write_record(record, tmp_path / "model.json", {"model.pt": checkpoint})
    with pytest.raises(
        SystemExit, match=r'preprocessing must normalise by \[\{"name": "NormalizeOther"\}\], with which .*model.pt'
    ):
        run(tmp_path, "inference", checkpoint=str(checkpoint))


def test_without_a_config_there_is_nothing_to_check():
    with pytest.raises(ValueError, match="none is being run"):
        check_config()


def test_what_is_assumed_of_weights_without_a_record_is_said(tmp_path, capsys):
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "model.pt")
    with pytest.raises(SystemExit, match="no file or folder|must be an existing"):
        run(tmp_path, "inference", checkpoint=str(tmp_path / "model.pt"), dataset_dir="nowhere")
    (tmp_path / "images").mkdir()
    with pytest.raises(SystemExit, match="holds no images"):
        run(tmp_path, "inference", checkpoint=str(tmp_path / "model.pt"), dataset_dir=str(tmp_path / "images"), downsampling=1)
    said = f"{tmp_path}/model.pt has no record; assumed: border_class 0, padding True. Set those that differ.\n"
    assert said in capsys.readouterr().err


def test_weights_that_do_not_predict_forbid_nothing(tmp_path):
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "model.pt")
    (tmp_path / "images").mkdir()
    given = {"checkpoint": str(tmp_path / "model.pt"), "dataset_dir": str(tmp_path / "images"), "input_channels": 1}
    with pytest.raises(SystemExit, match="input_channels must be 3"):
        run(tmp_path, "inference", **given)
    with pytest.raises(SystemExit, match="holds no images"):
        run(tmp_path, "inference", network=UNet(1, init_features=2), **given)


@pytest.mark.filterwarnings("ignore:parsing config_file")
def test_a_hash_on_the_command_line_is_refused_since_monai_reads_it_as_two_colons(tmp_path):
    arguments = {"config_file": str(CONFIGS / "inference.json"), "logging_file": False, "workflow_type": "inference"}
    with pytest.raises(
        SystemExit, match=r"output_dir holds #, which MONAI reads as ::, got 'a #1'; rename it, or write .*x231"
    ):
        scripts.run(run_id="run", output_dir="a #1", **arguments)
    assert not list(Path().glob("a *"))


def test_a_hash_in_a_config_is_told_where_the_folder_is_not_found(tmp_path):
    (tmp_path / "set #1").mkdir()
    with pytest.raises(SystemExit, match=r"dataset_dir must be an existing.*set ::1'; MONAI reads # in a config as ::"):
        run(tmp_path, "inference", dataset_dir=str(tmp_path / "set #1"))
