"""What weights tell that have no record, or whose record is in `last.pt`."""

import json

import pytest
import torch

from custom.networks import UNet, read_record, restored_unet
from custom.networks.knowledge import DEFAULTS, known_settings
from custom.storage.split_file import write_split

ARGUMENTS = {"in_channels": 2, "out_channels": 3, "init_features": 4, "depth": 3, "batch_norm": False}
TOLD = {"input_channels": 2, "num_classes": 3, "init_features": 4, "depth": 3, "batch_norm": False, "upsample": "transposed"}

NOBODY = {"train": [], "val": []}


def saved(folder, name="model.pt", wrap=dict, **arguments):
    torch.save(wrap(UNet(**{**ARGUMENTS, **arguments}).state_dict()), folder / name)
    return folder / name


def test_tensors_tell_the_architecture_but_for_what_they_do_not_show(tmp_path):
    assert known_settings(saved(tmp_path)) == TOLD
    without = {name: value for name, value in TOLD.items() if name != "upsample"}
    assert known_settings(saved(tmp_path, "nearest.pt", upsample="nearest")) == without
    record = read_record(tmp_path / "model.pt")
    assert record["padding"] is True and record["channels"] == {"name": "Identityd"}
    assert "image_channels" not in record and "largest_object" not in record


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod."])
def test_the_prefixes_of_wrapped_networks_are_read(tmp_path, prefix):
    path = saved(tmp_path, wrap=lambda state: {f"{prefix}{name}": value for name, value in state.items()})
    assert known_settings(path) == TOLD
    assert restored_unet(path).head.out_channels == 3


def test_a_last_checkpoint_of_an_older_run_is_read(tmp_path):
    assert known_settings(saved(tmp_path, "last.pt", wrap=lambda state: {"state": {"network": state}, "epoch": 1})) == TOLD


def test_the_record_in_a_last_checkpoint_comes_first(tmp_path):
    record = {"schema": 1, "network": {"padding": False, "depth": 3}, "output": {"border_class": 2}}
    path = saved(tmp_path, "last.pt", wrap=lambda state: {"state": {"network": state}, "record": record})
    assert known_settings(path) == {"padding": False, "depth": 3, "border_class": 2}


def test_a_run_of_an_older_version_tells_by_its_config_and_split(tmp_path):
    path = saved(tmp_path, in_channels=1)
    config = {
        "padding": False, "input_channels": 9, "border_class": "$1 + 1", "epochs": 3, "image_channels": None,
        "channels": {"_target_": "custom.transforms.OneChanneld", "keys": "image", "channel": 1, "num_channels": 3},
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    write_split(NOBODY, tmp_path / "split.json", downsampling=2, border_class=2, seed=5)
    told = known_settings(path)
    assert told["channels"] == {"name": "OneChanneld", "channel": 1, "num_channels": 3}
    assert {name: told[name] for name in ("padding", "downsampling", "border_class", "seed")} == {
        "padding": False, "downsampling": 2, "border_class": 2, "seed": 5,
    }  # fmt: skip
    assert told["input_channels"] == 1, "tensors know better"
    assert told["image_channels"] is None and "epochs" not in told


def test_a_split_of_the_first_versions_means_no_coarser_grid_and_no_borders(tmp_path):
    path = saved(tmp_path)
    write_split(NOBODY, tmp_path / "split.json", seed=0)
    assert known_settings(path)["downsampling"] == 1 and known_settings(path)["border_class"] == 0


def test_files_beside_weights_that_windows_saved_again_are_read_as_before(tmp_path):
    path = saved(tmp_path)
    write_split(NOBODY, tmp_path / "split.json", downsampling=2)
    split = (tmp_path / "split.json").read_bytes()
    (tmp_path / "split.json").write_bytes(b"\xef\xbb\xbf" + split.replace(b"\n", b"\r\n"))
    (tmp_path / "config.json").write_bytes(b'\xef\xbb\xbf{"threshold": 0.25}')
    assert known_settings(path)["downsampling"] == 2 and known_settings(path)["threshold"] == 0.25


@pytest.mark.parametrize("name", ["split.json", "config.json"])
@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_broken_file_beside_weights_is_named(tmp_path, name, content):
    path = saved(tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=rf"^checkpoint: .*{name} .*; take it from the run again, or remove it$"):
        known_settings(path)


def test_no_file_tells_nothing_and_a_bundle_may_say_what_to_take_then(tmp_path):
    assert read_record("") == read_record(tmp_path / "none.pt") == {**DEFAULTS, "channels": {"name": "Identityd"}}
    assert read_record(tmp_path / "none.pt", {"depth": 2})["depth"] == 2
    assert read_record(saved(tmp_path), {"depth": 2})["depth"] == 3


def test_weights_of_something_else_tell_nothing(tmp_path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "model.pt")
    assert known_settings(tmp_path / "model.pt") == {}
