"""Each wrong setting is one line that names it."""

import json

import pytest

from custom.settings import check_settings

RIGHT = {
    "dataset_dir": "", "epochs": 1, "batch_size": 1, "input_channels": 3, "num_classes": 1, "init_features": 16,
    "padding": True, "optimizer": "SGD", "lr": 0.1, "min_lr": 0.0, "weight_decay": 0, "early_stopping": -1,
    "device": "cpu", "num_workers": 0, "seed": 0, "val_fraction": 0.5, "fold": None, "num_folds": 2,
    "val_interval": 1, "patch_size": 32, "threshold": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("dataset_dir", "no/such/folder", "an existing folder, or empty"),
        ("epochs", 0, "a whole number of at least 1"),
        ("epochs", 2.5, "a whole number of at least 1"),
        ("batch_size", -1, "a whole number of at least 1"),
        ("input_channels", "three", "a whole number of at least 1"),
        ("num_classes", 0, "a whole number from 1 to 255"),
        ("init_features", True, "a whole number of at least 1"),
        ("padding", "same", "True or False"),
        ("optimizer", "adam", "one of Adam, SGD"),
        ("lr", 0, "a number above 0"),
        ("min_lr", -0.1, "a number of at least 0"),
        ("weight_decay", "much", "a number of at least 0"),
        ("early_stopping", 0, "at least 1, or -1 for off"),
        ("device", "gpu", "a device of this machine"),
        ("device", "cuda:99", "a device of this machine"),
        ("num_workers", -1, "a whole number of at least 0"),
        ("val_fraction", 1, "a number between 0 and 1"),
        ("fold", -1, "a whole number of at least 0, or none"),
        ("patch_size", 100, "a multiple of 16"),
        ("downsampling", 0, "a whole number of at least 1"),
        ("min_size_px", -1, "a whole number of at least 0"),
        ("border_class", 1.5, "a whole number of at least 0"),
        ("part", "test", "one of train, val, unseen, all"),
        ("threshold", 1, "a number between 0 and 1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_rule_and_value(name, value, rule):
    with pytest.raises(SystemExit) as refused:
        check_settings(**{**RIGHT, name: value})
    assert str(refused.value).startswith(f"{name} must be {rule}")
    assert str(refused.value).endswith(f"got {value!r}")


def test_the_last_learning_rate_must_not_exceed_the_first():
    with pytest.raises(SystemExit, match=r"min_lr must not exceed lr \(0.1\), got 0.2"):
        check_settings(**{**RIGHT, "min_lr": 0.2})


def test_borders_are_the_last_of_three_classes_or_more():
    for classes, border in ((2, 1), (2, 2), (3, 1), (4, 2)):
        with pytest.raises(
            SystemExit, match=f"border_class must be the last of three or more classes, .* got {border} of {classes}"
        ):
            check_settings(**{**RIGHT, "num_classes": classes, "border_class": border})
    assert check_settings(**{**RIGHT, "num_classes": 3, "border_class": 2})


def test_patches_fit_the_coarser_grid_but_are_not_asked_for_in_an_evaluation():
    with pytest.raises(SystemExit, match="patch_size must be a multiple of 32, 16 times downsampling, .* got 48"):
        check_settings(**{**RIGHT, "patch_size": 48, "downsampling": 2})
    assert check_settings(**{**RIGHT, "patch_size": 48, "downsampling": 2, "part": "val"})


def test_weights_are_used_with_the_borders_they_were_trained_with(tmp_path):
    (tmp_path / "split.json").write_text(json.dumps({"settings": {"border_class": 2}}))
    given = {**RIGHT, "part": "val", "checkpoint": str(tmp_path / "model.pt"), "num_classes": 3}
    assert check_settings(**{**given, "border_class": 2})
    with pytest.raises(SystemExit, match=r"border_class must be 2, with which .*model.pt was trained, got 0"):
        check_settings(**{**given, "border_class": 0})


def test_weights_are_used_on_the_grid_they_were_trained_on(tmp_path):
    checkpoint = tmp_path / "model.pt"
    given = {**RIGHT, "part": "val", "checkpoint": str(checkpoint)}
    assert check_settings(**{**given, "downsampling": 3})
    for written, trained in (({"seed": 0}, 1), ({"downsampling": 2}, 2)):
        (tmp_path / "split.json").write_text(json.dumps({"settings": written}))
        assert check_settings(**{**given, "downsampling": trained})
        with pytest.raises(SystemExit, match=f"downsampling must be {trained}, with which .*model.pt was trained, got 3"):
            check_settings(**{**given, "downsampling": 3})


@pytest.mark.parametrize("content", ["{", "[]", '{"settings": 1}'])
def test_a_broken_record_of_the_training_is_named(tmp_path, content):
    (tmp_path / "split.json").write_text(content)
    with pytest.raises(SystemExit, match=r"^checkpoint: .*split\.json is broken; take it from the run again, or remove it$"):
        check_settings(**{**RIGHT, "part": "val", "downsampling": 1, "checkpoint": str(tmp_path / "model.pt")})


def test_right_settings_come_back_as_they_are():
    assert check_settings(**RIGHT) == RIGHT
