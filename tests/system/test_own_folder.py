"""A folder of results is one program's alone."""

import pytest
from folder_holders import another_may_hold

from custom.system.own_folder import own_folder


def test_a_folder_is_made_held_and_given_back(tmp_path):
    folder = tmp_path / "a" / "out"
    with own_folder(folder, "output_dir"):
        assert not another_may_hold(folder)
    assert another_may_hold(folder)
    assert folder.is_dir()


def test_an_error_takes_empty_folders_away_and_no_other(tmp_path):
    for name in ("empty", "full"):
        with pytest.raises(KeyError), own_folder(tmp_path / name / "out", "output_dir"):
            if name == "full":
                (tmp_path / "full" / "notes.txt").touch()
            raise KeyError
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == ["full", "full/notes.txt"]


def test_what_another_program_has_written_meanwhile_stays(tmp_path):
    (tmp_path / "segmentation.dcm").touch()
    with pytest.raises(ValueError, match="output_dir: '.*' is not empty, and predictions are never overwritten"):
        with own_folder(tmp_path, "output_dir"):
            pass
    assert (tmp_path / "segmentation.dcm").exists()
