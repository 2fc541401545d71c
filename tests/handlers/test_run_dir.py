"""The folder of a run."""

import json

import pytest
from monai.bundle import ConfigParser

from custom.handlers import open_run_dir


def test_an_existing_folder_is_not_overwritten(tmp_path):
    open_run_dir(str(tmp_path), name="mine")
    with pytest.raises(ValueError, match="run_name: .*mine' exists, and a run is never overwritten"):
        open_run_dir(str(tmp_path), name="mine")


def test_resuming_wants_a_last_checkpoint(tmp_path):
    with pytest.raises(ValueError, match="resume: .* holds no last.pt"):
        open_run_dir(str(tmp_path), resume=str(tmp_path))


def test_runs_within_one_second_have_folders_of_their_own(tmp_path):
    assert len({open_run_dir(str(tmp_path)) for _ in range(3)}) == 3


def test_a_folder_that_is_resumed_comes_back_untouched(tmp_path):
    (tmp_path / "last.pt").touch()
    assert open_run_dir("unused", resume=str(tmp_path)) == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["last.pt"]


def test_the_config_that_made_a_run_lies_in_it(tmp_path):
    config = {"lr": 0.5, "run_dir": {"_target_": "custom.handlers.open_run_dir", "parent": str(tmp_path), "name": "run"}}
    parser = ConfigParser(config)
    parser["lr"] = 0.25
    folder = parser.get_parsed_content("run_dir")
    assert json.loads((tmp_path / "run" / "config.json").read_text())["lr"] == 0.25
    assert folder == str(tmp_path / "run")
