"""Where results are written: a folder of their own."""

import subprocess
import sys

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


def test_folders_named_by_time_are_taken_by_one_program_alone(tmp_path):
    folders = [new_output_dir(parent=str(tmp_path / "predictions")) for _ in range(3)]
    assert len(set(folders)) == 3 and sorted(map(str, (tmp_path / "predictions").iterdir())) == sorted(folders)


def test_a_folder_named_by_time_goes_with_a_program_that_wrote_nothing(tmp_path):
    parent = tmp_path / "bundle" / "predictions"
    program = f"from custom.storage.output_folder import new_output_dir as new; print(new(parent={str(parent)!r}))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.startswith(str(parent)) and list(tmp_path.iterdir()) == []


def test_a_place_for_folders_named_by_time_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "predictions").touch()
    with pytest.raises(ValueError, match="output_dir: nothing can be written in '.*predictions'; name another folder"):
        new_output_dir(parent=str(tmp_path / "predictions"))
