"""Files and folders that are whole or not there, and what a killed program leaves."""

import errno
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import nibabel
import numpy as np
import pytest

from custom.files import pictures, tiff_writing
from custom.files.results import write_mask
from custom.storage.atomic import atomic_folder, atomic_path, remove_leftovers
from custom.storage.disk_full import DiskFullError


def test_nobody_can_guess_the_name_of_a_temporary_file_and_it_has_the_suffix(tmp_path):
    with atomic_path(tmp_path / "a.nii.gz") as one, atomic_path(tmp_path / "a.nii.gz") as other:
        assert one.is_file() and other.is_file() and one != other
        assert one.name.startswith(f".part-{os.getpid()}-") and one.name.endswith("a.nii.gz")


def test_a_name_of_255_letters_can_be_written(tmp_path):
    path = tmp_path / ("é" * 120 + "x" * 11 + ".png")
    with atomic_path(path) as temporary:
        temporary.write_text("whole")
    assert path.read_text() == "whole"


def test_an_interrupted_write_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), atomic_path(tmp_path / "a.txt") as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_what_a_killed_program_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    code = (
        "import os, signal, sys; from custom.storage.atomic import atomic_path, atomic_folder\n"
        "with atomic_path(sys.argv[1] + '/sub/a.tif') as file, atomic_folder(sys.argv[1] + '/b') as folder:\n"
        "    file.write_text('half'); (folder / 'c').touch(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    (tmp_path / "sub").mkdir()
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -signal.SIGKILL
    assert len(list(tmp_path.rglob(".part-*"))) == 2
    with atomic_path(tmp_path / "mine") as mine, atomic_folder(tmp_path / "ours"):
        remove_leftovers(tmp_path)
        assert mine.is_file()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "ours", "sub"]


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path):
    with pytest.raises(DiskFullError, match=r"^no space left on the disk of [^\n]*; free some$"), atomic_path(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


@contextmanager
def small_disk(folder):
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# nibabel leaves the file open that it could not write.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("suffix", [".tif", ".png", ".nii", ".nii.gz", ".nrrd", ".mha"])
def test_no_format_leaves_half_a_file_on_a_full_disk(tmp_path, suffix):
    labels = np.random.default_rng(0).integers(0, 256, (300, 400, 1), dtype=np.uint8)
    source = tmp_path / f"a{suffix}"
    if suffix.startswith(".nii"):
        nibabel.save(nibabel.Nifti1Image(labels, np.eye(4)), source)
    elif suffix in (".nrrd", ".mha"):
        sitk = pytest.importorskip("SimpleITK")
        sitk.WriteImage(sitk.GetImageFromArray(labels.T), str(source))
    else:
        source.write_bytes((tiff_writing if suffix == ".tif" else pictures).encode(labels[..., 0].T))
        labels = labels[..., 0]
    with small_disk(tmp_path / "full") as folder:
        with pytest.raises(DiskFullError):
            write_mask(labels, folder / f"a_mask{suffix}", str(source), num_classes=256)
        assert not list(folder.iterdir())
