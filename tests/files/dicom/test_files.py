"""Which files of a folder are DICOM: told by what they hold, and broken ones are named."""

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
from enhanced_mr import to_enhanced

from custom.files.dicom import read_series

OTHERS: dict[str, bytes] = {
    "notes.txt": b"something else",
    "README": b"something else",
    "report.pdf": b"%PDF-1.7 ...",
    "sidecar.json": b"{}",
    "log.1": b"something else",
    ".DS_Store": b"\0" * 200,
    "._IM0000.dcm": b"\0\5\x16\7" * 60,
    "table.bin": b"\x08\x00\x05\x00CS\x0a\x00 begins as DICOM without preamble does, but is none",
}


def noise() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 1000, (5, 6, 8))


def refusal(folder: Path, **options: str) -> str:
    with pytest.raises(ValueError) as error:
        read_series(folder, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_is_no_dicom_beside_the_series_is_ignored_whatever_its_name(write_series):
    folder = write_series(noise())
    for name, content in OTHERS.items():
        (folder / name).write_bytes(content)
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "IM0001.dcm").write_bytes(b"none")
    series = read_series(folder)
    assert (len(series.images), series.left_out) == (5, "")


@pytest.mark.parametrize("name", ["slice", "1.2.840.3", "slice.txt", "slice.dcm"])
def test_a_file_that_begins_as_dicom_but_is_broken_is_named_whatever_its_name(write_series, name):
    folder = write_series(noise())
    (folder / name).write_bytes(bytes(128) + b"DICM" + b"\x07" * 90)
    assert refusal(folder).startswith(f"{folder / name}: ")


@pytest.mark.parametrize("name", ["IM0007", "1.2.840.7"])
@pytest.mark.parametrize("content", [b"", bytes(5000)])
def test_a_slice_that_a_copy_left_empty_is_named(write_series, name, content):
    folder = write_series(noise())
    (folder / name).write_bytes(content)
    assert refusal(folder) == f"{folder / name}: is empty; copy it again from its source, or remove it if it is no slice"


@pytest.mark.parametrize("name", ["IM0009", "1.2.840.7", "a.dcm"])
def test_a_slice_that_was_not_fetched_is_named(write_series, name):
    folder = write_series(noise())
    (folder / name).symlink_to("../.git/annex/objects/x")
    (folder / "notes.pdf").symlink_to("../nowhere.pdf")
    assert refusal(folder).startswith(f"{folder / name}: is a link to ../.git/annex/objects/x, which is not here; fetch it")
    (folder / name).unlink()
    (folder / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    assert refusal(folder).startswith(f"{folder / name}: is a pointer to a file that is not here; fetch it")


def test_names_of_slices_do_not_matter(write_series):
    folder = write_series(noise())
    plain = read_series(folder).voxels
    for number, path in enumerate(sorted(folder.glob("*.dcm"))):
        path.rename(folder / ["a", "b.txt", "1.2.3", "c.IMA", "d.pdf"][number])
    assert np.array_equal(read_series(folder).voxels, plain)


def test_slices_without_preamble_are_read(write_series):
    folder = write_series(noise())
    plain = read_series(folder).voxels
    for path in folder.glob("*.dcm"):
        image = pydicom.dcmread(path)
        image.preamble = None
        del image.file_meta
        image.save_as(path.with_suffix(""), implicit_vr=True, little_endian=True, enforce_file_format=False)
        path.unlink()
    first = min(folder.iterdir()).read_bytes()
    assert first[:2] == b"\x08\x00" and b"DICM" not in first
    assert np.array_equal(read_series(folder).voxels, plain)


def test_the_directory_of_a_disc_is_ignored(write_series):
    folder = write_series(noise())
    shutil.copy(Path(str(pydicom.data.get_testdata_file("DICOMDIR", download=False))), folder)
    assert len(read_series(folder).images) == 5


@pytest.mark.parametrize("kind", ["single", "enhanced"])
def test_a_series_with_bytes_changed_at_random_is_read_or_refused_in_one_line(write_series, kind):
    folder = write_series(noise())
    if kind == "enhanced":
        to_enhanced(folder)
    path, rng = min(folder.glob("*.dcm")), np.random.default_rng(0)
    whole = path.read_bytes()
    refused = 0
    for _ in range(200):
        changed = bytearray(whole)
        for place in rng.integers(132, len(whole), 4):
            changed[place] = rng.integers(256)
        path.write_bytes(changed)
        try:
            read_series(folder)
        except ValueError as error:
            assert "\n" not in str(error) and str(folder) in str(error)
            refused += 1
    assert 20 < refused < 200


def wheel_files() -> list[Path]:
    """The files that the wheel of pydicom brings to test readers with, broken ones too."""
    folder = Path(pydicom.data.__file__).parent
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))


READ_FROM_WHEEL = {"MR": 26, "CT": 11, "RTDOSE": 3}


def test_each_file_of_pydicoms_wheel_is_read_or_refused_in_one_line(tmp_path):
    read = dict.fromkeys(READ_FROM_WHEEL, 0)
    for number, path in enumerate(wheel_files()):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(path, folder)
        for modality in READ_FROM_WHEEL:
            try:
                series = read_series(folder, modality=modality)
            except ValueError as error:
                assert "\n" not in str(error)
                assert str(error).startswith(str(folder)) and ";" in str(error)
            else:
                assert np.isfinite(series.voxels).all()
                read[modality] += 1
    assert read == READ_FROM_WHEEL


def test_the_compressed_copies_of_a_real_slice_have_its_voxels(tmp_path):
    voxels = {}
    for name in ("MR_small", "MR_small_RLE", "MR_small_jpeg_ls_lossless", "MR_small_jp2klossless", "MR_small_expb"):
        (tmp_path / name).mkdir()
        shutil.copy(str(pydicom.data.get_testdata_file(f"{name}.dcm", download=False)), tmp_path / name)
        voxels[name] = read_series(tmp_path / name).voxels
    assert all(np.array_equal(other, voxels["MR_small"]) for other in voxels.values())
    assert voxels["MR_small"].shape == (64, 64, 1)
