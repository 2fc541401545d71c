"""Where results are written: a folder of their own."""

import os

import pytest

from custom.handlers import new_output_dir


def test_a_folder_that_holds_something_is_never_written_to(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match=r"is not empty, .*name another folder"):
        new_output_dir(str(tmp_path))


def test_a_file_is_no_output_folder(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(ValueError, match="is a file"):
        new_output_dir(str(tmp_path / "out"))


def test_folders_named_by_time_differ_and_are_not_made_yet(tmp_path):
    first = new_output_dir(parent=str(tmp_path))
    assert not os.path.exists(first)
    os.makedirs(first)
    assert new_output_dir(parent=str(tmp_path)) != first
