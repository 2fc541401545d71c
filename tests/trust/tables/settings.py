"""Values that a setting must not have, by the rule that each breaks."""

from math import inf, nan
from pathlib import Path
from typing import Any

from trust.cases import Case
from trust.doors import evaluation, prediction, training
from trust.plants import lgg_link

from custom.settings import SETTINGS

WORDS = ("maybe", 1, None)
CASES: list[Case] = []
WRONG: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "text": (
        ("bundle_root", "output_dir", "shipped_weights", "title", "slices#image_folder", "slices#label_suffix"),
        (1, ["a"]),
    ),
    "an existing folder or image, the URL of a large image, or empty": (("dataset_dir",), ("no/such", 3.5)),
    "a name below runs/": (("run_name",), ("../x", "/tmp/x", "two\nlines", "\x1b[31mred")),
    "the folder of a run, such as runs/mine; for predictions True or False": (("resume",), ("no/such", 3.5)),
    "a list of names": (("class_names",), ("cell", [1], None)),
    "a device of this machine, such as cpu or cuda:0": (("device",), ("gpu", "cuda:99", 1.5)),
    "one of train, val, unseen, all": (("part",), WORDS),
    "one of file, image": (("label_geometry",), WORDS),
    "one of transposed, bilinear, nearest": (("upsample",), WORDS),
    "one of Adam, SGD": (("optimizer",), WORDS),
    "one of torch, torchscript, onnxruntime, openvino": (("runtime",), WORDS),
    "one of GT, ST": (("slices#truth",), WORDS),
    "True or False": (
        ("padding", "batch_norm", "batch_augmentation", "bfloat16", "average", "across_slices", "largest_object", "instances"),
        WORDS,
    ),
    "a whole number from 1 to 1000000": (("epochs", "val_interval"), (0, -5, 1.5, "many", None, True, 10**30)),
    "a whole number from 1 to 65536": (
        ("batch_size", "input_channels", "init_features", "patch_size", "patches_per_image"),
        (0, 2.5, "many", 10**9),
    ),
    "a whole number from 1 to 65536, or none to not ask": (("image_channels",), (0, "all", [3])),
    "a whole number from 0 to 65535, or none": (("flair_channel",), (-1, 0.5, "FLAIR")),
    "a whole number from 1 to 255": (("num_classes",), (0, 256, "two")),
    "a whole number from 0 to 254": (("border_class",), (-1, 255, "last")),
    "a finite number of at least 0, or none": (("label_threshold",), (-1, nan, "half")),
    "a whole number from -1 to 65535, or none": (("ignore_label",), (-2, 65536, "ignored")),
    "a whole number from 0 to 1000000": (("gap_px", "border_px", "min_size_px"), (-1, 0.5, "wide")),
    "a whole number from 1 to 12": (("depth",), (0, 13, "deep")),
    "a whole number from 1 to 64": (("downsampling",), (0, 65, 1.5)),
    "a finite number above 0": (("lr", "weighting#sigma"), (0, -1, nan, inf, "slow", True)),
    "a finite number of at least 0": (("min_lr", "weight_decay", "cache_mb", "weighting#w0"), (-1, nan, inf, "much")),
    "a number from 0 and below 1": (("momentum",), (-0.1, 1, nan, "much")),
    "a whole number from 1 to 1000000, or -1 for off": (("early_stopping",), (0, -2, "soon")),
    "a number between 0 and 1": (("val_fraction", "threshold"), (0, 1, -0.5, nan, "half")),
    "a whole number from 0 to 1000000, or none": (("fold",), (-1, 0.5, "first")),
    "a whole number from 2 to 1000000": (("num_folds",), (1, 2.5, "five")),
    "a whole number from 0 to 4294967295": (("seed",), (-5, 2**64, 0.5)),
    "a whole number from 0 to 1024": (("num_workers",), (-1, 1025, "all")),
    "a number from 0 to 1": (("pasting#prob",), (-0.1, 1.1, nan)),
    "a number above 0 and below 1": (("ema#momentum",), (0, 1, nan)),
}
AGAINST_OTHERS = {
    "flair_channel must be below input_channels (3), or none, got 3": {"flair_channel": 3},
    "val_interval must not exceed epochs (1), got 2": {"val_interval": 2},
    "fold must be below num_folds (5), got 5": {"fold": 5},
    "min_lr must not exceed lr (0.001), got 1": {"min_lr": 1},
    "patch_size must be a multiple of 16, 16 times downsampling, or with padding=False an input size": {"patch_size": 33},
    "border_class must be the last of three or more classes, or 0 for none, got 1 of 2": {"num_classes": 2, "border_class": 1},
    "learning_rate is no setting of this config": {"learning_rate": 1},
    "epoch is no setting of this config, and nothing in it refers to @epoch; did you mean epochs?": {"epoch": 1},
    "lr refers to @nothing, which is not in the config": {"lr": "@nothing"},
    "seed refers to @nothing, which is not in the config": {"seed": "@nothing"},
    "seed cannot be found out from '$1 +': invalid syntax": {"seed": "$1 +"},
    "augmentation#transforms#1#mode must be one of circular, constant, edge": {"augmentation#transforms#1#mode": "x"},
    "augmentation#transforms#5#mode must be one of area, bicubic, bilinear": {
        "augmentation#transforms#5#mode": ["bilinear", "x"]
    },
    "augmentation#transforms#5#padding_mode must be one of ": {"augmentation#transforms#5#padding_mode": "x"},
    "augmentation#transforms#5#prob must be a number from 0 to 1, got 7": {"augmentation#transforms#5#prob": 7},
    "missing_sequences#repeat_prob must be a number from 0 to 1, got 1.5": {"missing_sequences#repeat_prob": 1.5},
    "smoothing#sigma_x must be a number of at least 0, got [-1, 2]": {"smoothing#sigma_x": [-1, 2]},
    "grey_values#transforms#1#zoom_range must be a number above 0, got [0, 1]": {"grey_values#transforms#1#zoom_range": [0, 1]},
    "train#dataloader#shuffle must be True or False or none, got 'maybe'": {"train#dataloader#shuffle": "maybe"},
    "train#dataloader#batch_size must be a whole number or none, got 'all'": {"train#dataloader#batch_size": "all"},
    "optimizer_def#lr must be a finite number above 0, got -1": {"optimizer_def#lr": -1},
    "interruption#resumable must be True or False, got 3": {"interruption#resumable": 3},
    "patience must be at least 1, or -1 for off, got 0": {"early_stop#patience": 0},
    "tolerance must be at least 0, got -1": {"surface_scores#metric#tolerance": -1},
    "lr cannot be found out from '$1 / 0': division by zero": {"lr": "$1 / 0"},
    "split#val_fractoin is no argument of custom.targets.lgg_split; did you mean val_fraction?": {"split#val_fractoin": 1},
    "there is no _target_ 'custom.targets.lgg_slice'": {"slices#_target_": "custom.targets.lgg_slice"},
    "train#dataloder is unknown, and nothing refers to @train#dataloder": {"train#dataloder": 1},
}


def _door(name: str, value: Any) -> Any:
    where = SETTINGS[name].configs[0]
    made = {"train": training, "inference": prediction, "evaluate": evaluation}.get(where)
    return made(**{name: value}) if made else training(f"{where}.json", **{name: value})


def _data(folder: Path) -> None:
    lgg_link(folder / "data")


for words, (names, values) in WRONG.items():
    for name in names:
        for value in values:
            says = f"{name} must be {words}, got {value!r}"
            CASES.append(Case(f"{name} {value}", _door(name, value), says, _data))
for says, settings in AGAINST_OTHERS.items():
    CASES.append(Case(says.split(" ")[0] + f" {settings}", training(**settings), says, _data))
