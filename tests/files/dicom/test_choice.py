"""Which series of a folder is taken, what is left out, and when the user must say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from enhanced_mr import item, to_enhanced
from make_dicom import write_series
from pydicom.uid import (
    EncapsulatedPDFStorage,
    MRImageStorage,
    RawDataStorage,
    SecondaryCaptureImageStorage,
    SegmentationStorage,
    generate_uid,
)

from custom.files.dicom import read_series

SAGITTAL, CORONAL = (0, 1, 0, 0, 0, -1), (1, 0, 0, 0, 0, -1)


def noise(num_slices: int) -> np.ndarray:
    return np.random.default_rng(num_slices).integers(0, 1000, (num_slices, 6, 8))


def refusal(folder: Path, **options: str) -> str:
    with pytest.raises(ValueError) as error:
        read_series(folder, **options)
    message = str(error.value)
    assert "\n" not in message and "AX FLAIR" not in message and "SECRET" not in message and "Doe" not in message
    return message


@pytest.fixture
def flair(tmp_path: Path) -> Path:
    """A folder with series 3, FLAIR of five slices, in `flair`; other series go beside it."""
    (tmp_path / "study").mkdir()
    write_series(tmp_path / "study" / "flair", noise(5))
    return tmp_path / "study"


def localizer_by_name(folder: Path) -> None:
    write_series(folder / "other", noise(3), SAGITTAL, SeriesNumber=1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])


def localizer_by_directions(folder: Path) -> None:
    uid = generate_uid()
    for number, cosines in enumerate([(1, 0, 0, 0, 1, 0), SAGITTAL, CORONAL]):
        names = {"SeriesNumber": 1, "SeriesDescription": "scout", "SeriesInstanceUID": uid}
        write_series(folder / f"other{number}", noise(1), cosines, **names)


def localizer_by_its_few_slices(folder: Path) -> None:
    write_series(folder / "other", noise(3), SAGITTAL, SeriesNumber=1, SeriesDescription="scout")


def mosaic(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"])


def mosaic_of_united_imaging(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, ImageType=["ORIGINAL", "PRIMARY", "M", "VFRAME"])


def segmentation(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, SOPClassUID=SegmentationStorage)


def phases(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, ImageType=["ORIGINAL", "PRIMARY", "P", "ND"])


def phases_of_enhanced(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, ComplexImageComponent="PHASE")


def imaginary_parts(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, ImageType=["ORIGINAL", "PRIMARY", "I", "ND"])


def phases_of_ge(folder: Path) -> None:
    def change(image: Any) -> None:
        image.add_new((0x0043, 0x0010), "LO", "GEMS_PARM_01")
        image.add_new((0x0043, 0x102F), "SS", 1)

    change_other(folder, change)


def tomogram(folder: Path) -> None:
    write_series(folder / "other", noise(3), SeriesNumber=1, Modality="CT")


def change_other(folder: Path, change: Callable[[Any], object]) -> None:
    for path in write_series(folder / "other", noise(3), SeriesNumber=1).glob("*.dcm"):
        image = pydicom.dcmread(path)
        change(image)
        image.save_as(path)


def report(folder: Path) -> None:
    def to_report(image: Any) -> None:
        del image.PixelData, image.Rows, image.Columns
        image.SOPClassUID, image.Modality = EncapsulatedPDFStorage, "DOC"

    change_other(folder, to_report)


def screenshot(folder: Path) -> None:
    def to_screenshot(image: Any) -> None:
        del image.ImagePositionPatient
        image.SOPClassUID = SecondaryCaptureImageStorage

    change_other(folder, to_screenshot)


def coloured(folder: Path) -> None:
    def to_colour(image: Any) -> None:
        image.SamplesPerPixel, image.PhotometricInterpretation, image.PlanarConfiguration = 3, "RGB", 0
        image.PixelData = bytes(6 * 8 * 2 * 3)

    change_other(folder, to_colour)


OTHERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "localizer by its name": (localizer_by_name, "localizer"),
    "localizer by its directions": (localizer_by_directions, "slices of several directions"),
    "localizer by its few slices": (localizer_by_its_few_slices, "few slices across"),
    "mosaic": (mosaic, "mosaic"),
    "mosaic by United Imaging": (mosaic_of_united_imaging, "mosaic"),
    "segmentation": (segmentation, "segmentation"),
    "phases": (phases, "phase image"),
    "phases of enhanced MR": (phases_of_enhanced, "phase image"),
    "imaginary parts": (imaginary_parts, "phase image"),
    "phases by GE": (phases_of_ge, "phase image"),
    "CT": (tomogram, "modality CT"),
    "report": (report, "no image"),
    "screenshot": (screenshot, "screenshot"),
    "colour": (coloured, "colour"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_mr_volume_is_left_out_and_told(flair, other):
    write, kind = OTHERS[other]
    alone = read_series(flair)
    write(flair)
    series = read_series(flair)
    assert np.array_equal(series.voxels, alone.voxels)
    assert (alone.left_out, series.left_out) == ("", f"series 1 (3 files, {kind})")


@pytest.mark.parametrize("other", [name for name in OTHERS if name != "localizer by its few slices"])
def test_alone_it_is_refused_with_what_it_is(tmp_path, other):
    OTHERS[other][0](tmp_path)
    line = refusal(tmp_path)
    assert line.startswith(f"{tmp_path}/other") and ";" in line


def test_all_that_was_left_out_is_told_in_one_line(flair):
    localizer_by_name(flair)
    write_series(flair / "more", noise(2), SeriesNumber=8, Modality="CT")
    assert read_series(flair).left_out == "series 8 (2 files, modality CT), series 1 (3 files, localizer)"


def test_what_holds_no_image_in_the_series_itself_is_left_out(flair):
    """As the raw data that Philips' scanners put into the series of each enhanced image."""
    alone = read_series(flair)
    path = flair / "flair" / "raw.dcm"
    path.write_bytes(next(flair.rglob("*.dcm")).read_bytes())
    image = pydicom.dcmread(path)
    del image.PixelData, image.Rows, image.Columns, image.ImagePositionPatient
    image.SOPClassUID, image.SOPInstanceUID = RawDataStorage, generate_uid()
    image.save_as(path)
    series = read_series(flair)
    assert np.array_equal(series.voxels, alone.voxels)
    assert series.left_out == "1 file without an image of series 3"
    image.SOPClassUID = MRImageStorage  # a slice that lost its pixels is no such file
    image.save_as(path)
    assert refusal(flair).startswith(f"{path}: holds no pixels")


def test_a_screenshot_in_the_series_itself_is_left_out(flair):
    path = flair / "flair" / "screen.dcm"
    path.write_bytes(next(flair.rglob("*.dcm")).read_bytes())
    image: Any = pydicom.dcmread(path)
    del image.ImagePositionPatient
    image.SOPClassUID, image.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    image.save_as(path)
    series = read_series(flair)
    assert (len(series.images), series.left_out) == (5, "1 screenshot of series 3")


def test_localizers_in_the_series_itself_are_left_out(flair):
    uid = pydicom.dcmread(next(flair.rglob("*.dcm"))).SeriesInstanceUID
    words = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    write_series(flair / "scout", noise(1), SAGITTAL, SeriesNumber=3, SeriesInstanceUID=uid, ImageType=words)
    series = read_series(flair)
    assert (len(series.images), series.left_out) == (5, "1 localizer of series 3")


def test_several_series_are_listed_by_number_and_slices_and_nothing_else(flair):
    write_series(flair / "t1", noise(7), SeriesNumber=4, SeriesDescription="T1 SECRET")
    line = refusal(flair)
    assert line.startswith(
        f"{flair}: holds 2 series, 3 (5 slices, called FLAIR), 4 (7 slices); choose one with --series, such as --series 3,"
    )


@pytest.mark.parametrize("description", ["t2_tirm_cor", "T1"])
def test_few_slices_are_a_candidate_if_called_flair_or_parallel(flair, description):
    cosines = CORONAL if "tirm" in description else (1, 0, 0, 0, 1, 0)
    write_series(flair / "few", noise(2), cosines, SeriesNumber=4, SeriesDescription=description)
    assert "holds 2 series" in refusal(flair)


@pytest.mark.parametrize(
    "breakage",
    [
        lambda image: image.pop("PixelSpacing"),
        lambda image: image.pop("PixelData"),
        lambda image: setattr(image, "ImageOrientationPatient", list(SAGITTAL)),
    ],
    ids=["no spacing", "no pixels", "another direction"],
)
def test_a_broken_flair_is_not_passed_over_for_another_series(flair, breakage):
    write_series(flair / "t1", noise(7), SeriesNumber=4, SeriesDescription="T1")
    image = pydicom.dcmread(flair / "flair" / "IM0002.dcm")
    breakage(image)
    image.save_as(flair / "flair" / "IM0002.dcm")
    assert "holds 2 series" in refusal(flair)


@pytest.mark.parametrize("by", ["number", "uid"])
def test_one_of_several_is_chosen_by_number_or_uid(flair, by):
    other = write_series(flair / "t1", noise(7), SeriesNumber=4)
    uid = str(pydicom.dcmread(next(other.iterdir())).SeriesInstanceUID)
    series = read_series(flair, series="4" if by == "number" else uid)
    assert np.array_equal(series.voxels, noise(7).T)
    assert series.left_out == ""  # it was said which to take


def test_a_series_that_is_not_there_is_refused_with_those_that_are(flair):
    assert refusal(flair, series="9") == f"series: {flair} holds no series '9', but 3 (5 slices, called FLAIR)"


def test_a_number_of_two_series_is_refused_with_their_uids(flair):
    other = write_series(flair / "t1", noise(7), SeriesNumber=3, SeriesDescription="T1")
    uid = str(pydicom.dcmread(next(other.iterdir())).SeriesInstanceUID)
    line = refusal(flair, series="3")
    assert "holds 2 series '3'; choose by UID: " in line and f"{uid} (7 slices)" in line
    assert f"{uid} (7 slices)" in refusal(flair)


def test_a_chosen_series_that_is_no_volume_is_refused_with_what_it_is(flair):
    mosaic(flair)
    assert "is a mosaic, many slices in one picture; export" in refusal(flair, series="1")


@pytest.mark.parametrize(("owner", "value"), [("GEMS_PARM_01", 0), ("GEMS_PARM_01", [0, 1]), ("ANOTHER", 1)])
def test_magnitudes_of_ge_and_numbers_of_other_makers_are_no_phases(flair, owner, value):
    for path in flair.rglob("*.dcm"):
        image = pydicom.dcmread(path)
        image.add_new((0x0043, 0x0010), "LO", owner)
        image.add_new((0x0043, 0x102F), "SS", value)
        image.save_as(path)
    assert list(flair.rglob("*.dcm")) and read_series(flair).left_out == ""


def by_frames_of_several_directions(groups: Any, index: int) -> None:
    groups.PlaneOrientationSequence = item(ImageOrientationPatient=list([(1, 0, 0, 0, 1, 0), SAGITTAL, CORONAL][index]))


def by_frames_of_phase(groups: Any, index: int) -> None:
    groups.MRImageFrameTypeSequence = item(FrameType=["ORIGINAL", "PRIMARY", "PHASE MAP", "NONE"])


@pytest.mark.parametrize(
    ("cosines", "change", "kind"),
    [
        ((1, 0, 0, 0, 1, 0), by_frames_of_several_directions, "slices of several directions"),
        ((1, 0, 0, 0, 1, 0), by_frames_of_phase, "phase image"),
        (SAGITTAL, lambda groups, index: None, "few slices across"),
    ],
)
def test_what_frames_say_of_an_enhanced_image_tells_that_it_is_another(flair, cosines, change, kind):
    alone = read_series(flair)
    path = to_enhanced(write_series(flair / "other", noise(3), cosines, SeriesNumber=1, SeriesDescription="x"))
    image: Any = pydicom.dcmread(path)
    for index, groups in enumerate(image.PerFrameFunctionalGroupsSequence):
        change(groups, index)
    if change is by_frames_of_several_directions:
        del image.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    image.save_as(path)
    to_enhanced(flair / "flair")
    series = read_series(flair)
    assert np.array_equal(series.voxels, alone.voxels)
    assert series.left_out == f"series 1 (1 file, {kind})"
