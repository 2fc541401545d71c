"""Files of bytes that are whole or not there."""

import errno
import os

import pytest

from custom.storage.disk_full import DiskFullError
from custom.storage.whole_file import write_whole


def test_the_bytes_are_there_and_nothing_else_and_an_earlier_file_is_replaced(tmp_path):
    for content in (b"first", b"", b"x" * 3_000_000):
        write_whole(tmp_path / "a.png", content)
        assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.png", content)]


def test_a_file_takes_its_name_when_its_bytes_are_on_the_disk(tmp_path, monkeypatch):
    def check(descriptor):
        assert os.fstat(descriptor).st_size == 5 and not (tmp_path / "a.png").exists()

    monkeypatch.setattr(os, "fsync", check)
    write_whole(tmp_path / "a.png", b"bytes")
    assert (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("raised", "expected"), [(OSError(errno.ENOSPC, "full"), DiskFullError), (KeyboardInterrupt(), KeyboardInterrupt)]
)
def test_what_ends_a_write_leaves_nothing(tmp_path, monkeypatch, raised, expected):
    def fail(descriptor):
        raise raised

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(expected):
        write_whole(tmp_path / "a.png", b"bytes")
    assert not list(tmp_path.iterdir())
