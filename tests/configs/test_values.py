"""Each wrong setting is one line that names it."""

import pytest

from custom.configs.values import check_against_weights, check_of_masks, check_settings

RIGHT = {
    "dataset_dir": "", "epochs": 1, "batch_size": 1, "input_channels": 3, "num_classes": 1, "init_features": 16,
    "padding": True, "optimizer": "SGD", "lr": 0.1, "min_lr": 0.0, "weight_decay": 0, "early_stopping": -1,
    "device": "cpu", "num_workers": 0, "seed": 0, "val_fraction": 0.5, "fold": None, "num_folds": 2,
    "val_interval": 1, "patch_size": 32, "threshold": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("dataset_dir", "no/such/folder", "an existing folder or image, the URL of a large image, or empty"),
        ("epochs", 0, "a whole number from 1 to "),
        ("epochs", 2.5, "a whole number from 1 to "),
        ("batch_size", -1, "a whole number from 1 to "),
        ("input_channels", "three", "a whole number from 1 to "),
        ("num_classes", 0, "a whole number from 1 to 255"),
        ("init_features", True, "a whole number from 1 to "),
        ("padding", "same", "True or False"),
        ("optimizer", "adam", "one of Adam, SGD"),
        ("lr", 0, "a finite number above 0"),
        ("lr", float("1e999"), "a finite number above 0"),
        ("lr", float("nan"), "a finite number above 0"),
        ("lr", 10**400, "a finite number above 0"),
        ("weight_decay", float("inf"), "a finite number of at least 0"),
        ("epochs", None, "a whole number from 1 to "),
        ("epochs", 10**30, "a whole number from 1 to "),
        ("seed", 2**32, "a whole number from 0 to 4294967295"),
        ("num_folds", 1, "a whole number from 2 to "),
        ("class_names", "cell", "a list of names"),
        ("upsample", "cubic", "one of transposed, bilinear, nearest"),
        ("ema#momentum", 0, "a number above 0 and below 1"),
        ("slices#truth", "gold", "one of GT, ST"),
        ("min_lr", -0.1, "a finite number of at least 0"),
        ("weight_decay", "much", "a finite number of at least 0"),
        ("early_stopping", 0, "a whole number from 1 to 1000000, or -1 for off"),
        ("device", "gpu", "a device of this machine"),
        ("device", "cuda:99", "a device of this machine"),
        ("num_workers", -1, "a whole number from 0 to "),
        ("val_fraction", 1, "a number between 0 and 1"),
        ("fold", -1, "a whole number from 0 to 1000000, or none"),
        ("patch_size", 100, "a multiple of 16"),
        ("downsampling", 0, "a whole number from 1 to "),
        ("min_size_px", -1, "a whole number from 0 to "),
        ("border_class", 1.5, "a whole number from 0 to "),
        ("part", "test", "one of train, val, unseen, all"),
        ("threshold", 1, "a number between 0 and 1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_rule_and_value(name, value, rule):
    with pytest.raises(ValueError) as refused:
        check_settings(**{**RIGHT, name: value})
    assert str(refused.value).startswith(f"{name} must be {rule}")
    assert str(refused.value).endswith(f"got {value!r}")


def test_the_last_learning_rate_must_not_exceed_the_first():
    with pytest.raises(ValueError, match=r"min_lr must not exceed lr \(0.1\), got 0.2"):
        check_settings(**{**RIGHT, "min_lr": 0.2})


def test_borders_are_the_last_of_three_classes_or_more():
    for classes, border in ((2, 1), (2, 2), (3, 1), (4, 2)):
        with pytest.raises(
            ValueError, match=f"border_class must be the last of three or more classes, .* got {border} of {classes}"
        ):
            check_settings(**{**RIGHT, "num_classes": classes, "border_class": border})
    check_settings(**{**RIGHT, "num_classes": 3, "border_class": 2})


def test_patches_fit_the_coarser_grid_but_are_not_asked_for_in_an_evaluation():
    with pytest.raises(ValueError, match="patch_size must be a multiple of 32, 16 times downsampling, .* got 48"):
        check_settings(**{**RIGHT, "patch_size": 48, "downsampling": 2})
    check_settings(**{**RIGHT, "patch_size": 48, "downsampling": 2, "part": "val"})


def test_the_channel_of_flair_is_one_that_an_image_has():
    with pytest.raises(ValueError, match=r"flair_channel must be below input_channels \(2\), or none, got 2"):
        check_settings(**{**RIGHT, "input_channels": 2, "flair_channel": 2})
    check_settings(**{**RIGHT, "input_channels": 1, "flair_channel": 1})  # of one channel none is left out


def test_the_fold_is_one_of_the_parts():
    with pytest.raises(ValueError, match=r"fold must be below num_folds \(2\), got 2"):
        check_settings(**{**RIGHT, "fold": 2})


def test_weights_are_used_as_they_were_trained_and_what_is_a_choice_is_free():
    known = {"downsampling": 2, "border_class": 2, "threshold": 0.5, "channels": {"name": "Identityd"}}
    check_against_weights({"downsampling": 2, "threshold": 0.3, "padding": False}, None, known, "model.pt")
    check_against_weights({"downsampling": 2}, {"name": "Identityd"}, known, "model.pt")
    with pytest.raises(ValueError, match=r"^downsampling must be 2, with which model.pt was trained, got 3$"):
        check_against_weights({"downsampling": 3}, None, known, "model.pt")
    others = {"name": "OneChanneld", "channel": 1, "num_channels": 3}
    wanted = r"^channels must be Identityd\(\), with which model.pt was trained, got OneChanneld\(channel=1, num_channels=3\)$"
    with pytest.raises(ValueError, match=wanted):
        check_against_weights({}, others, known, "model.pt")


def test_right_settings_pass():
    check_settings(**RIGHT)


@pytest.mark.parametrize(("name", "value", "off"), [("threshold", 0.3, 0.5), ("largest_object", True, False)])
def test_what_is_for_masks_alone_is_refused_for_classes(name, value, off):
    check_of_masks({"num_classes": 1, name: value})
    check_of_masks({"num_classes": 3, name: off})
    with pytest.raises(
        ValueError, match=f"^{name} must be {off} for 3 classes, since the likeliest class counts, got {value}$"
    ):
        check_of_masks({"num_classes": 3, name: value})
