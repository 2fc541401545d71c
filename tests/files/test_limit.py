"""How much memory one image may take."""

import gzip
import os
import zlib

import nibabel
import numpy as np
import pytest
import SimpleITK
import tifffile
from PIL import Image

from custom.files import count_pages, limit, read_header, read_image

VALUES = np.arange(64 * 48, dtype=np.uint8).reshape(64, 48)
WRITTEN = {
    "a.nii": lambda path: nibabel.save(nibabel.Nifti1Image(VALUES[..., None], np.eye(4)), path),
    "a.nii.gz": lambda path: nibabel.save(nibabel.Nifti1Image(VALUES[..., None], np.eye(4)), path),
    "a.png": lambda path: Image.fromarray(VALUES).save(path),
    "a.jpg": lambda path: Image.fromarray(VALUES).save(path),
    "a.tif": lambda path: tifffile.imwrite(path, VALUES),
    "a.nrrd": lambda path: SimpleITK.WriteImage(SimpleITK.GetImageFromArray(VALUES[None]), path, useCompression=True),
    "a.mha": lambda path: SimpleITK.WriteImage(SimpleITK.GetImageFromArray(VALUES[None]), path, useCompression=True),
}
CLAIMED = 64 * 48 * (1 + 4)


def allow(monkeypatch, number_bytes):
    monkeypatch.setenv("UNET_BUNDLE_IMAGE_GB", repr(number_bytes / 2**30))


@pytest.mark.parametrize("name", WRITTEN)
def test_what_a_file_claims_beyond_the_limit_is_refused_before_it_is_decoded(name, tmp_path, monkeypatch):
    path = tmp_path / name
    WRITTEN[name](path)
    allow(monkeypatch, CLAIMED - 1)
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match=r"claims [0-9×]+ pixels, .* GiB in memory, .*; crop it, .* UNET_BUNDLE_IMAGE_GB"):
            read(path)
    allow(monkeypatch, CLAIMED + 400)  # of a header, where there is one
    assert read_image(path).values.size == VALUES.size


@pytest.mark.parametrize("text", ["many", "0", "-1", "nan", "inf"])
def test_a_limit_that_is_no_number_above_0_is_refused(text, monkeypatch):
    monkeypatch.setenv("UNET_BUNDLE_IMAGE_GB", text)
    with pytest.raises(ValueError, match=f"UNET_BUNDLE_IMAGE_GB must be a number of GiB above 0, got '{text}'"):
        limit.most_bytes()


def test_by_default_it_is_a_quarter_of_the_memory_of_the_machine_or_of_its_container(tmp_path, monkeypatch):
    monkeypatch.delenv("UNET_BUNDLE_IMAGE_GB", raising=False)
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    (tmp_path / "memory.max").write_text("max\n")
    monkeypatch.setattr(limit, "OF_A_CONTAINER", (str(tmp_path / "memory.max"), str(tmp_path / "none")))
    assert limit.most_bytes() == machine / 4
    (tmp_path / "limit_in_bytes").write_text("1048576\n")
    monkeypatch.setattr(limit, "OF_A_CONTAINER", (str(tmp_path / "none"), str(tmp_path / "limit_in_bytes")))
    assert limit.most_bytes() == 2**18


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            "ImageJ=1.11a\nimages=99999999\nslices=99999999\n",
            "is told by its description to hold what it does not .*; save it anew",
        ),
        ('{"shape": [99999999, 16, 16]}', "truncated file: it ends before its pixels do"),
    ],
)
def test_pages_that_are_told_but_not_in_the_file_are_refused_before_they_are_listed(told, line, tmp_path):
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, np.zeros((16, 16), np.uint8), description=told, metadata=None)
    with pytest.raises(ValueError, match=line):
        count_pages(path)


def test_a_packed_volume_with_far_more_behind_its_voxels_is_not_unpacked_to_its_end(tmp_path):
    nibabel.save(nibabel.Nifti1Image(VALUES[..., None], np.eye(4)), tmp_path / "a.nii")
    whole = (tmp_path / "a.nii").read_bytes()
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(whole + bytes(2**24 + 2**21), 1))
    with pytest.raises(ValueError, match="holds more than 16 MiB behind its voxels"):
        read_image(tmp_path / "a.nii.gz")
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(whole + bytes(2**20), 1))
    assert read_image(tmp_path / "b.nii.gz").values.size == VALUES.size


def test_a_nrrd_that_unpacks_to_more_than_it_says_is_broken(tmp_path):
    path = tmp_path / "a.nrrd"
    WRITTEN["a.nrrd"](path)
    head = path.read_bytes().split(b"\n\n")[0]
    path.write_bytes(head + b"\n\n" + gzip.compress(bytes(2**22)))
    with pytest.raises(ValueError, match="its packed voxels are broken"):
        read_image(path)


def test_a_series_that_claims_more_than_the_limit_is_refused_before_a_pixel_is_decoded(write_series, monkeypatch):
    from custom.files.dicom import pixels, read_series

    folder = write_series(np.arange(3 * 16 * 12).reshape(3, 16, 12))
    assert read_series(folder).voxels.shape == (12, 16, 3)
    monkeypatch.setattr(pixels, "pixel_array", None)  # what decodes
    allow(monkeypatch, 3 * 16 * 12 * (2 + 4) - 1)
    with pytest.raises(ValueError, match=r"series/.*: claims 16×12×3 pixels, .* GiB in memory, too many here"):
        read_series(folder)


def test_a_deflated_file_that_unpacks_to_more_than_the_limit_is_refused_before_pydicom_unpacks_it(write_series, monkeypatch):
    from pydicom import dcmread
    from pydicom.uid import DeflatedExplicitVRLittleEndian

    from custom.files.dicom import read_series

    folder = write_series(np.arange(3 * 16 * 12).reshape(3, 16, 12))
    for path in folder.iterdir():
        image = dcmread(path)
        image.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        image.save_as(path)
    assert read_series(folder).voxels.shape == (12, 16, 3)
    allow(monkeypatch, 200)
    with pytest.raises(ValueError, match=r"series/.*: unpacks to more than .* GiB"):
        read_series(folder)
    path.write_bytes(path.read_bytes()[:400])  # cut within what is packed
    assert zlib.crc32(path.read_bytes())
    monkeypatch.delenv("UNET_BUNDLE_IMAGE_GB")
    with pytest.raises(ValueError, match="cannot be read as DICOM"):
        read_series(folder)
