"""The check of a whole config, as its first step."""

from pathlib import Path

import pytest
import torch
from monai.bundle import ConfigWorkflow

from custom.networks import UNet
from custom.settings.config import check_config

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"


def run(tmp_path: Path, *names: str, **settings) -> None:
    kind = "inference" if names[0] == "inference" else "train"
    files = [str(CONFIGS / f"{name}.json") for name in names]
    made = ConfigWorkflow(files, workflow_type=kind, logging_file=False, bundle_root=str(tmp_path), device="cpu", **settings)
    made.initialize()
    made.run()


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
    ],
)
def test_the_first_step_ends_the_program_in_one_line_before_data_are_read(tmp_path, names, settings, message):
    with pytest.raises(SystemExit, match=message) as refused:
        run(tmp_path, *names, **settings)
    assert "\n" not in str(refused.value)
    assert not list(tmp_path.iterdir())


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
