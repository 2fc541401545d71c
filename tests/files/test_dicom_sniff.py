"""Which folders hold DICOM, told without a library."""

import os
import subprocess
from pathlib import Path

import pytest

from custom.files.dicom_sniff import holds_dicom


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"IM1": b"\0" * 128 + b"DICM", "IM2": b"\0" * 128 + b"DICM", "preview.png": b"x"}, True),
        ({"a.dcm": b""}, True),
        ({"IM1": b"\x08\x00\x05\x00"}, True),
        ({"a.png": b"x", "b.tif": b"x", "stray.dcm": b""}, False),
        ({"README": b"read me"}, False),
        ({}, False),
    ],
)
def test_what_most_images_of_a_folder_are_decides(files: dict[str, bytes], expected: bool, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert holds_dicom(tmp_path) is expected


def test_one_file_decides_for_itself(tmp_path: Path) -> None:
    (tmp_path / "IM1").write_bytes(b"\0" * 128 + b"DICM")
    assert holds_dicom(tmp_path / "IM1") and not holds_dicom(tmp_path / "none")


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    writer = subprocess.Popen(["sh", "-c", 'sleep 5 && exec 3<>"$0"', tmp_path / "a.png"])  # lets a program that waits go on
    assert not holds_dicom(tmp_path) and writer.poll() is None
    writer.kill()
    writer.wait()
