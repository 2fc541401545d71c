"""The record of weights: written, read, and refused."""

import json
from hashlib import sha256

import pytest
import torch
from torch import nn

from custom.networks import UNet
from custom.networks.record import architecture, class_names, finite_scores, new_record, settings_in
from custom.networks.record_file import read_record_file, remove_foreign_record, write_record

SETTINGS = {"downsampling": 2, "border_class": 2, "num_classes": 3, "class_names": ["background", "cell", "border"]}


@pytest.fixture
def checkpoint(tmp_path):
    torch.save(UNet(1, 3, 2).state_dict(), tmp_path / "model.pt")
    return tmp_path / "model.pt"


def record_of_cells():
    channels = {"name": "Identityd"}
    return new_record(SETTINGS, UNet(1, 3, 2, padding=False), channels=channels, normalisation=[], scores={"val_seg": 0.9})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON: .*; take it from the training again, or remove it"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "holds no JSON object; take it from"),
        ('{"inputs": 3}', "is no record of weights; take it from the training again, or remove it"),
        ('{"schema": "1", "weights": {}}', "is no record of weights"),
        ('{"schema": 7, "weights": {}}', "is of schema 7, this version reads 1; update unet-bundle"),
        ('{"schema": 1, "weights": {"model.pt": "abc"}}', "tells of other weights than .*; take both from one training"),
    ],
)
def test_a_broken_or_foreign_record_is_one_line(checkpoint, content, message):
    checkpoint.with_suffix(".json").write_text(content)
    with pytest.raises(ValueError, match=rf"^checkpoint: .*model\.json {message}") as refused:
        read_record_file(checkpoint)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"network": {"in_channels": 0}}, "network.in_channels must be a whole number from 1 to 65536, got 0"),
        ({"network": {"padding": "same"}}, "network.padding must be True or False, got 'same'"),
        ({"output": {"threshold": float("nan")}}, "output.threshold must be a number between 0 and 1, got nan"),
        ({"output": {"classes": ["a", "$print()"]}}, "output.classes must be a list of names"),
        ({"input": 3}, "input holds no names"),
        ({"output": {"treshold": 0.3}}, "output has no 'treshold'; did you mean threshold?"),
        ({"network": {"dropout": 0.5}}, "network has no 'dropout'; take it from the training again"),
        ({"input": {"channels": "Greyd"}}, "input.channels must hold a name, got 'Greyd'"),
        ({"input": {"channels": {}}}, "input.channels must hold a name, got {}"),
    ],
)
def test_what_a_record_says_keeps_the_rule_of_its_setting(part, message):
    with pytest.raises(ValueError, match=message):
        settings_in(part, "model.json")


def test_what_was_written_is_read_again(checkpoint):
    write_record(record_of_cells(), checkpoint.with_suffix(".json"), {"model.pt": checkpoint})
    record = read_record_file(checkpoint)
    assert record["weights"] == {"model.pt": sha256(checkpoint.read_bytes()).hexdigest()}
    assert record["network"] == {
        "class": "custom.networks.UNet", "in_channels": 1, "out_channels": 3, "init_features": 2, "depth": 5,
        "upsample": "transposed", "padding": False, "batch_norm": True,
    }  # fmt: skip
    assert record["output"] == {"classes": ["background", "cell", "border"], "border_class": 2}
    assert record["training"] == {"scores": {"val_seg": 0.9}} and record["versions"]["torch"] == torch.__version__.split("+")[0]
    told = settings_in(record, checkpoint)
    assert told["input_channels"] == 1 and told["padding"] is False and told["channels"] == {"name": "Identityd"}
    assert {name: told[name] for name in SETTINGS} == SETTINGS


def test_weights_under_another_name_keep_their_record(checkpoint):
    write_record(record_of_cells(), checkpoint.with_name("best.json"), {"model.pt": checkpoint})
    checkpoint.rename(checkpoint.with_name("best.pt"))
    assert read_record_file(checkpoint.with_name("best.pt")) is not None
    assert read_record_file(checkpoint) is None


def test_the_record_of_weights_that_were_replaced_can_be_taken_away(checkpoint):
    path = checkpoint.with_suffix(".json")
    write_record(record_of_cells(), path, {"model.pt": checkpoint})
    remove_foreign_record(checkpoint)
    assert path.exists()
    torch.save(UNet(1, 3, 2).state_dict(), checkpoint)
    remove_foreign_record(checkpoint)
    assert not path.exists()


@pytest.mark.parametrize("upsample", ["transposed", "bilinear", "nearest"])
@pytest.mark.parametrize("depth", [1, 3])
def test_the_architecture_makes_the_network_again(upsample, depth):
    arguments = {"in_channels": 2, "out_channels": 4, "init_features": 3, "depth": depth, "padding": False, "batch_norm": False}
    expected = {**arguments, "upsample": upsample if depth > 1 else "transposed"}
    assert architecture(UNet(**arguments, upsample=upsample)) == expected


def test_a_network_of_somebody_else_is_named():
    record = new_record({"input_channels": 1}, nn.Conv2d(1, 1, 1), channels={}, normalisation=[])
    assert record["network"] == {"class": "torch.nn.modules.conv.Conv2d", "in_channels": 1}


def test_classes_have_names():
    assert class_names(["membrane", "cell"], 1, 0) == class_names(["membrane", "cell"], 2, 0) == ["membrane", "cell"]
    assert class_names([], 1, 0) == ["background", "object"]
    assert class_names(["a"], 3, 0) == ["background", "class 1", "class 2"]
    assert class_names([], 3, 2) == ["background", "class 1", "border"]


def test_scores_that_json_cannot_hold_are_left_out():
    assert finite_scores([("a", 1 / 3), ("b", float("nan")), ("c", "text"), ("d", torch.zeros(2)), ("e", 1)]) == {
        "a": 0.333333,
        "e": 1.0,
    }
    json.dumps(finite_scores([("a", 0.5)]), allow_nan=False)
