"""What is misspelt is one line that names it and the nearest name."""

from pathlib import Path
from typing import Any

import pytest
from monai.bundle import ConfigParser

from custom.configs.names import check_names

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"
TASKS = [
    (),
    ("ema",),
    ("evaluate",),
    ("flair",),
    ("flair", "evaluate"),
    ("folder",),
    ("folder", "paper"),
    ("isbi2012",),
    ("isbi2012", "neighbours", "ema"),
    ("isbi2012", "neighbours", "evaluate"),
    ("isbi2012", "paper"),
    ("ctc",),
    ("ctc", "ema"),
    ("ctc", "evaluate"),
    ("ctc", "paper", "evaluate"),
    ("nuclei",),
    ("nuclei", "paper"),
    ("multi_gpu_train",),
    ("monai_label",),
]


def parser(*names: str, **changes: Any) -> ConfigParser:
    made = ConfigParser()
    made.read_config([str(CONFIGS / f"{name}.json") for name in names])
    made.update(changes)
    made.parse(True)
    return made


@pytest.mark.parametrize("overlays", TASKS, ids="+".join)
def test_the_configs_of_the_bundle_are_spelt_right(overlays):
    check_names(parser("train", *overlays))


@pytest.mark.parametrize("overlays", [(), ("flair",), ("neighbours",)], ids="+".join)
def test_the_configs_of_a_prediction_are_spelt_right(overlays):
    check_names(parser("inference", *overlays))


@pytest.mark.parametrize(
    ("configs", "name", "value", "message"),
    [
        (["train"], "epoch", 5, "epoch is no setting of this config, and nothing in it refers to @epoch; did you mean epochs?"),
        (["inference"], "thresh", 0.3, "thresh is no setting .*; did you mean threshold?"),
        (["train"], "threshold", 0.3, "threshold is no setting of this config, .*; it is a setting of inference.json"),
        (["train"], "part", "all", "part is no setting of this config, .*; it is a setting of evaluate.json"),
        (["train", "folder"], "slices#image_sufix", "_x",
         "slices#image_sufix is no argument of custom.targets.folder_images; did you mean image_suffix?"),
        (["train"], "slices#image_suffix", "_x",
         "slices#image_suffix is no argument of custom.targets.lgg_slices; it takes dataset_dir, in_channels"),
        (["train", "ema"], "ema#momentm", 0.1,
         "ema#momentm is no argument of custom.handlers.WeightAverage; did you mean momentum?"),
        (["inference"], "epochs", 5, "epochs is no setting of this config, .*; it is a setting of train.json"),
        (["train"], "train#datset", {"data": []}, "train#datset is unknown, .*; did you mean dataset?"),
        (["train"], "train#trainer#max_epoch", 3,
         "train#trainer#max_epoch is no argument of SupervisedTrainer; did you mean max_epochs?"),
        (["train"], "network_def#_target_", "custom.networks.UNett",
         "network_def: there is no _target_ 'custom.networks.UNett'; did you mean custom.networks.UNet?"),
        (["train"], "loss", {"_target_": "DiceCELos"}, "loss: there is no _target_ 'DiceCELos'; correct the name, or"),
        (["train"], "zzz", 1, "zzz is no setting of this config, .*; bundle/docs/settings.md lists the settings"),
        (["train"], "train#zzz", 1, "train#zzz is unknown, .*; correct the name, or take it out"),
        (["train"], "lr", "@learning_rate", "lr refers to @learning_rate, which is not in the config; correct the name, or"),
        (["train"], "patch_size", "@patchsize", "patch_size refers to @patchsize, which is not in the config; did you mean"),
        (["train"], "output_dir", "x", "output_dir is no setting of this config, .*; it is a setting of inference.json"),
        (["train"], "train#dataloader#suffle", True,
         "train#dataloader#suffle is no argument of DataLoader; did you mean shuffle?"),
        (["inference"], "writer#record", "@result_dir",
         "writer#record refers to @result_dir, .*; did you mean results_dir?"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_named_with_the_nearest(configs, name, value, message):
    with pytest.raises(ValueError, match=message.replace("?", r"\?")) as refused:
        check_names(parser(*configs, **{name: value}))
    assert "\n" not in str(refused.value)


def test_a_name_of_ones_own_is_welcome_where_something_refers_to_it():
    check_names(parser("train", size=64, patch_size="@size"))
    check_names(parser("train", **{"size": 64, "patch_size": "$2 * @size", "train#extra": 1, "seed": "@train#extra"}))


def test_the_names_of_a_run_that_mlflow_tracks_are_known():
    check_names(parser("train", output_dir="x", tracking_uri="$@output_dir + '/runs'"))
    check_names(parser("train", output_dir="x", run_name="@output_dir"))
    check_names(parser("train", **{"train#dataloader#pin_memory": True, "validate#dataloader#drop_last": False}))


def test_a_component_that_takes_any_argument_may_be_given_any():
    check_names(parser("train", loss={"_target_": "builtins.dict", "anything": 1}))
