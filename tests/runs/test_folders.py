"""Weights are named in the same way for every verb."""

import shutil
from pathlib import Path

import pytest

from custom.bundle_root import bundle_root
from custom.runs import named_weights, run_folder


@pytest.mark.parametrize("name", ["mine", "runs/mine", "runs/mine/model.pt"])
def test_weights_are_a_file_or_those_of_a_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(bundle_root() / "configs", tmp_path / "configs")
    (tmp_path / "runs" / "mine").mkdir(parents=True)
    (tmp_path / "runs" / "mine" / "model.pt").touch()
    monkeypatch.chdir(tmp_path)
    assert named_weights(name, tmp_path) == "runs/mine/model.pt"
    with pytest.raises(ValueError, match="no folder 'other' here or in .*runs"):
        named_weights("other", tmp_path)


def test_a_folder_of_runs_is_told_with_one_of_them(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "config.json").touch()
    with pytest.raises(ValueError, match=r"run: '.*runs' is a folder of runs; name one of them, such as .*runs/b$"):
        run_folder(str(tmp_path / "runs"), tmp_path)
