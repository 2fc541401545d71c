"""A folder of DICOM files as a volume: what is refused, and where the voxels lie."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
from monai.data import PydicomReader

from custom.files.dicom import read_series

OBLIQUE = tuple(np.round(np.linalg.qr([[0.9, 0.2, 0.1], [-0.3, 0.8, 0.4], [0.1, -0.3, 0.9]])[0].T[:2].ravel(), 9))
SAGITTAL = (0, 1, 0, 0, 0, -1)


def noise(num_slices: int = 5, rows: int = 6, columns: int = 8) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 1000, (num_slices, rows, columns))


def files(folder: Path) -> list[Path]:
    """In the order of their slices."""
    return sorted(folder.glob("*.dcm"), key=lambda path: pydicom.dcmread(path).InstanceNumber)


def edit(path: Path, change: Callable[[Any], None]) -> Path:
    image = pydicom.dcmread(path)
    change(image)
    image.save_as(path)
    return path


def set_(**attributes: Any) -> Callable[[Any], None]:
    def change(image: Any) -> None:
        for keyword, value in attributes.items():
            setattr(image, keyword, value)

    return change


def make_enhanced(image: Any) -> None:
    image.NumberOfFrames = 2
    del image.ImagePositionPatient, image.PixelSpacing


def refusal(folder: Path) -> str:
    with pytest.raises(ValueError) as error:
        read_series(folder)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_folder_without_dicom_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no image")
    assert refusal(tmp_path) == f"{tmp_path}: holds no DICOM files; name the folder of one FLAIR series"
    assert refusal(tmp_path / "nowhere").startswith(f"no folder '{tmp_path}/nowhere'")


# What is done to the third of five slices, and what the line about it says.
BREAKAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "cannot be read as DICOM .no DICOM file"),
    "garbage": (lambda path: path.write_bytes(b"\x07" * 900), "cannot be read as DICOM"),
    "header cut": (lambda path: path.write_bytes(path.read_bytes()[:300]), "holds no pixels|cannot be read|lacks"),
    "pixels cut": (lambda path: path.write_bytes(path.read_bytes()[:-40]), "pixels cannot be decoded|cannot be read"),
    "no pixels": (lambda path: edit(path, lambda image: image.pop("PixelData")), "holds no pixels"),
    "no place": (lambda path: edit(path, lambda image: image.pop("ImagePositionPatient")), "lacks ImagePositionPatient"),
    "enhanced": (lambda path: edit(path, make_enhanced), "holds 2 frames; convert"),
    "half a place": (
        lambda path: edit(path, set_(ImagePositionPatient=[0, 0])),
        "ImagePositionPatient is .*, not 3 numbers",
    ),
    "frames": (lambda path: edit(path, set_(NumberOfFrames=2)), "holds 2 frames; convert"),
    "colour": (lambda path: edit(path, set_(SamplesPerPixel=3, PhotometricInterpretation="RGB")), "has 3 channels"),
    "other size": (lambda path: edit(path, set_(Rows=4, PixelData=bytes(64))), "its Rows differs"),
    "other direction": (lambda path: edit(path, set_(ImageOrientationPatient=list(SAGITTAL))), "its ImageOrientation"),
    "other place": (lambda path: edit(path, set_(ImagePositionPatient=[-10, 20, 38.5])), "non-uniform spacing"),
    "in plane": (lambda path: edit(path, set_(ImagePositionPatient=[-7, 20, 38])), "in its plane"),
    "same place": (lambda path: edit(path, set_(ImagePositionPatient=[-10, 20, 34])), "lies at the same place"),
}


@pytest.mark.parametrize("name", BREAKAGES)
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_broken_slice_is_named_with_its_mend(write_series, name):
    change, message = BREAKAGES[name]
    folder = write_series(noise())
    change(files(folder)[2])
    line = refusal(folder)
    assert re.match(rf"{folder}/IM000\d\.dcm: .*({message})", line)
    assert ";" in line  # what to do about it


def test_a_series_of_another_modality_is_refused(write_series):
    assert "is of modality CT; the model takes MR" in refusal(write_series(noise(), Modality="CT"))


def test_two_echoes_that_lie_at_other_places_are_no_volume(write_series):
    folder = write_series(noise(), EchoTime=92.4)
    edit(files(folder)[1], set_(EchoTime=92.9))  # as scanners round it
    assert read_series(folder).voxels.shape == (8, 6, 5)
    for path in files(folder)[3:]:
        edit(path, set_(EchoTime=12))
    assert re.search(
        r"IM0\d+.dcm: its EchoTime is \S+ ms, that of .*IM0\d+.dcm \S+; keep one echo in the folder$", refusal(folder)
    )


@pytest.mark.parametrize("lost", [1, 2])
def test_missing_slices_are_counted_and_their_place_is_named(write_series, lost):
    folder = write_series(noise(8))
    *_, before, after = paths = files(folder)[: 4 + lost]
    for path in paths[3:-1]:
        path.unlink()
    before = paths[2]
    assert f"{after}: {lost} slices are missing before it, after {before}" in refusal(folder)


def test_unevenly_spaced_slices_are_refused(write_series):
    folder = write_series(noise(6))
    for path in files(folder)[4:]:
        edit(path, lambda image: setattr(image, "ImagePositionPatient", [-10, 20, image.ImagePositionPatient[2] + 1]))
    assert "non-uniform spacing, 5.000 mm after" in refusal(folder)


@pytest.mark.parametrize("value", [0, 17])
def test_a_volume_of_one_value_is_refused(write_series, value):
    assert f"all voxels are {value}; export" in refusal(write_series(np.full((3, 4, 4), value)))


def test_nan_is_refused(write_series):
    folder = write_series(noise())
    pixels = np.full((6, 8), np.nan, "<f4")

    def to_float(image: Any) -> None:
        del image.PixelData
        image.BitsAllocated, image.FloatPixelData = 32, pixels.tobytes()

    path = edit(files(folder)[1], to_float)
    assert refusal(folder) == f"{path}: holds NaN or infinite values; export the series again"


def test_a_series_whose_slices_drift_sideways_is_refused(write_series):
    folder = write_series(noise(8))
    for path in files(folder):  # 0.05 mm from one to the next, 4 mm behind it: too little to see between two, not over all
        edit(
            path,
            lambda image: setattr(
                image, "ImagePositionPatient", [-10 + 0.05 * image.InstanceNumber, 20, 4 * image.InstanceNumber]
            ),
        )
    assert "shifted by 0.350 mm in its plane" in refusal(folder)


def test_each_file_is_read_once_and_each_slice_decoded_once(write_series, monkeypatch):
    folder, count = write_series(noise()), Counter()

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            count[name] += 1
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr("custom.files.dicom.files.dcmread", counted("header", pydicom.dcmread))
    monkeypatch.setattr("custom.files.dicom.pixels.pixel_array", counted("pixels", pydicom.pixels.pixel_array))
    read_series(folder)
    assert count == {"header": 5, "pixels": 5}


def test_pixels_stay_in_their_files_after_reading(write_series):
    image = read_series(write_series(noise(3, rows=64, columns=64))).images[0]
    assert image.get_item("PixelData", keep_deferred=True).value is None
    assert image.pixel_array.shape == (64, 64)


def test_voxels_are_in_the_order_of_their_places_and_rescaled(write_series):
    voxels = noise()
    folder = write_series(voxels, RescaleSlope=2, RescaleIntercept=-5)
    edit(files(folder)[3], set_(RescaleSlope=4))
    series = read_series(folder)
    assert [image.InstanceNumber for image in series.images] == [1, 2, 3, 4, 5]
    slopes = np.array([2, 2, 2, 4, 2])[:, None, None]
    assert np.array_equal(series.voxels, (voxels * slopes - 5).T)


@pytest.mark.parametrize(
    ("cosines", "codes"),
    [((1, 0, 0, 0, 1, 0), "LPS"), ((-1, 0, 0, 0, -1, 0), "RAS"), (SAGITTAL, "PIR"), (OBLIQUE, None)],
    ids=["axial", "turned", "sagittal", "oblique"],
)
@pytest.mark.parametrize("num_slices", [1, 5])
def test_each_voxel_lies_where_the_standard_says(write_series, cosines, codes, num_slices):
    folder = write_series(noise(num_slices), cosines)
    series = read_series(folder)
    for index, image in enumerate(series.images):
        for row, column in ((0, 0), (5, 7), (2, 3)):
            # PS3.3, equation C.7.6.2.1-1: rows and columns are counted by the second and the first spacing.
            first, second = np.array(image.ImageOrientationPatient[:3]), np.array(image.ImageOrientationPatient[3:])
            lps = np.array(image.ImagePositionPatient) + column * 1.25 * first + row * 0.75 * second
            assert np.allclose((series.affine @ [column, row, index, 1])[:3], lps * [-1, -1, 1], atol=1e-5)
            assert series.voxels[column, row, index] == image.pixel_array[row, column]
    assert codes in (None, "".join(nibabel.aff2axcodes(series.affine)))


@pytest.mark.parametrize("cosines", [(1, 0, 0, 0, 1, 0), SAGITTAL, OBLIQUE], ids=["axial", "sagittal", "oblique"])
def test_monais_reader_finds_the_same_volume(write_series, cosines):
    folder = write_series(noise(), cosines)
    reader = PydicomReader()
    voxels, meta = reader.get_data(reader.read(str(folder)))
    series = read_series(folder)
    assert np.array_equal(series.voxels, voxels)
    assert np.allclose(series.affine, meta["affine"], atol=1e-5)


# What two halves of a series say, which lie one behind the other, and the mend.
TWO_HALVES = {
    "InversionTime": (2500, 800, "is 2500 ms, .* 800; keep one inversion time|is 800 ms, .* 2500; keep one inversion time"),
    "DiffusionBValue": (0.0, 1000.0, "keep one b-value in the folder"),
    "TemporalPositionIdentifier": (1, 2, "keep one time point in the folder"),
    "StudyInstanceUID": ("1.2.3", "1.2.4", "differs from that of .*; keep one series of one patient in the folder"),
    "PatientID": ("SECRET", "", "differs from that of .*; keep one series of one patient in the folder"),
    "SeriesNumber": (3, 4, "differs from that of .*; keep one series of one patient in the folder"),
}


@pytest.mark.parametrize("keyword", TWO_HALVES)
def test_slices_of_two_scans_are_no_volume_wherever_they_lie(write_series, keyword):
    one, other, mend = TWO_HALVES[keyword]
    folder = write_series(noise(6), **{keyword: one})
    assert read_series(folder).voxels.shape == (8, 6, 6)
    for path in files(folder)[3:]:
        edit(path, set_(**{keyword: other}))
    line = refusal(folder)
    assert re.search(rf"IM0\d+.dcm: its {keyword} .*({mend})", line) and "SECRET" not in line
