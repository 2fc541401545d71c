"""Files that are not what their names say, told by their first bytes."""

import bz2
import gzip
import io
import zipfile

import imagecodecs
import nibabel
import numpy as np
import pytest
from PIL import Image

from custom.files import read_header

GREY = np.arange(48, dtype=np.uint8).reshape(6, 8)


def picture(kind):
    content = io.BytesIO()
    Image.fromarray(GREY).save(content, kind)
    return content.getvalue()


def volume():
    return nibabel.Nifti1Image(GREY[:, :, None], np.eye(4)).to_bytes()


def zipped():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.nii", volume())
    return content.getvalue()


OTHERS = {
    "a web page.png": (b"<!DOCTYPE html><title>404</title>", "is a web page, not what its name says; download it again"),
    "JPEG XL.jpg": (bytes(imagecodecs.jpegxl_encode(GREY)), "is JPEG XL, not what its name says; save it as PNG"),
    "JPEG of 12 bits.jpg": (
        bytes(imagecodecs.jpeg8_encode(GREY.astype(np.uint16) * 80, bitspersample=12)),
        "is a JPEG of 12 or 16 bits, or JPEG-LS, which is not read; save it as PNG",
    ),
    "JPEG-LS.jpg": (
        bytes(imagecodecs.jpegls_encode(GREY)),
        "is a JPEG of 12 or 16 bits, or JPEG-LS, which is not read; save it as PNG",
    ),
    "JPEG 2000.png": (bytes(imagecodecs.jpeg2k_encode(GREY)), "is JPEG 2000, not what its name says; save it as PNG"),
    "PGM.png": (picture("PPM"), "is PGM or PPM, not what its name says; save it as PNG"),
    "PDF.tif": (picture("PDF"), "is PDF, not what its name says; save it as PNG"),
    "a zip.nii.gz": (zipped(), "is a zip archive, not what its name says; unpack it"),
    "bzip2.nii.gz": (bz2.compress(volume()), "is packed, not what its name says; unpack it"),
    "packed twice.nii.gz": (gzip.compress(gzip.compress(volume())), "is packed, not what its name says; unpack it"),
    "EPS.jpg": (picture("EPS"), "is EPS, ICO, DDS or QOI, not what its name says; save it as PNG"),
    "QOI.png": (
        bytes(imagecodecs.qoi_encode(np.dstack([GREY] * 3))),
        "is EPS, ICO, DDS or QOI, not what its name says; save it as PNG",
    ),
    "JPEG XR.tif": (bytes(imagecodecs.jpegxr_encode(GREY)), "is JPEG XR, not what its name says; save it as PNG"),
    "FITS.tif": (b"SIMPLE  =                    T", "is FITS or EXR, not what its name says; save it as TIFF"),
    "a web page.nrrd": (b"<!DOCTYPE html><title>404</title>", "is a web page, not what its name says; download it again"),
    "NIfTI.mha": (gzip.compress(volume()), "is packed, not what its name says; unpack it"),
    "PNG.nii": (picture("PNG"), "is PNG, not what its name says; call it .png"),
    "NIfTI.png": (volume(), "is NIfTI or Analyze, not what its name says; call NIfTI .nii"),
    "DICOM.tif": (
        bytes(128) + b"DICM" + bytes(99),
        "is DICOM, not what its name says; save its series as NIfTI, as dcm2niix does",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_format_is_called_what_it_is(name, tmp_path):
    content, message = OTHERS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError) as error:
        read_header(tmp_path / name)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", picture("PNG")[:20]), ("a.jpg", picture("JPEG")[:8]), ("a.nii", volume()[:200]), ("a.gif", picture("GIF")[:9])],
    ids=["PNG", "JPEG", "NIfTI", "GIF"],
)
def test_a_broken_file_is_not_called_by_its_own_format(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"(?i)truncated|cannot identify"):
        read_header(tmp_path / name)
