"""Enhanced multi-frame MR: the same volume as its single images."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from enhanced_mr import item, to_enhanced
from pydicom.uid import RLELossless

from custom.files.dicom import read_series
from custom.files.dicom.seg import segmentation_of

OBLIQUE = tuple(np.round(np.linalg.qr([[0.9, 0.2, 0.1], [-0.3, 0.8, 0.4], [0.1, -0.3, 0.9]])[0].T[:2].ravel(), 9))


def noise(num_slices: int = 5) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 1000, (num_slices, 6, 8))


def rescale_each(folder: Path) -> None:
    for path in folder.glob("*.dcm"):
        image = pydicom.dcmread(path)
        image.RescaleSlope, image.RescaleIntercept = image.InstanceNumber, -image.InstanceNumber
        image.save_as(path)


@pytest.mark.parametrize("cosines", [(1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1), OBLIQUE], ids=["axial", "sagittal", "oblique"])
@pytest.mark.parametrize("num_slices", [5, 1])
def test_the_volume_is_that_of_the_single_images(write_series, cosines, num_slices):
    folder = write_series(noise(num_slices), cosines)
    rescale_each(folder)
    single = read_series(folder)
    to_enhanced(folder)
    enhanced = read_series(folder)
    assert np.array_equal(enhanced.voxels, single.voxels)
    assert np.allclose(enhanced.affine, single.affine, atol=1e-9)
    assert [image.PatientID for image in enhanced.images] == ["42"] * num_slices


def test_compressed_frames_are_read_too(write_series):
    path = to_enhanced(write_series(noise()))
    plain = read_series(path.parent).voxels
    image = pydicom.dcmread(path)
    image.compress(RLELossless)
    image.save_as(path)
    assert np.array_equal(read_series(path.parent).voxels, plain)


def change(path: Path, keyword: str, sequence: str, value: Any) -> None:
    image = pydicom.dcmread(path)
    setattr(image.PerFrameFunctionalGroupsSequence[1][sequence].value[0], keyword, value)
    image.save_as(path)


@pytest.mark.parametrize(
    ("sequence", "keyword", "value", "message"),
    [
        ("FrameContentSequence", "StackID", "2", "holds 2 stacks, not one volume; export one"),
        ("FrameContentSequence", "TemporalPositionIndex", 2, "holds 2 time points, not one volume"),
        ("MREchoSequence", "EffectiveEchoTime", 30.0, "holds 2 echoes, not one volume"),
        ("MRModifierSequence", "InversionTimes", [800.0], "holds 2 inversion times, not one volume"),
        ("MRDiffusionSequence", "DiffusionBValue", 1000.0, "holds 2 b-values, not one volume"),
        ("MRImageFrameTypeSequence", "FrameType", ["ORIGINAL", "PRIMARY", "P", "NONE"], "holds 2 kinds of image, as magnitude"),
        ("PlanePositionSequence", "ImagePositionPatient", [0, 0], "frame 2.: its ImagePositionPatient is .*, not 3 numbers"),
    ],
)
def test_what_is_no_single_volume_is_one_line(write_series, sequence, keyword, value, message):
    path = to_enhanced(write_series(noise()))
    change(path, keyword, sequence, value)
    with pytest.raises(ValueError, match=rf"^{path}[^\n]*{message}[^\n]*$"):
        read_series(path.parent)


def test_frames_without_a_place_are_named(write_series):
    path = to_enhanced(write_series(noise()))
    image = pydicom.dcmread(path)
    del image.PerFrameFunctionalGroupsSequence[2].PlanePositionSequence
    image.save_as(path)
    with pytest.raises(ValueError, match=r"enhanced.dcm \(frame 3\): lacks ImagePositionPatient; export"):
        read_series(path.parent)


def test_a_count_of_frames_that_does_not_fit_is_one_line(write_series):
    path = to_enhanced(write_series(noise()))
    image = pydicom.dcmread(path)
    image.NumberOfFrames = 4
    image.save_as(path)
    with pytest.raises(ValueError, match="tells of 5 frames, but holds 4; export the series again"):
        read_series(path.parent)


def test_frames_of_two_directions_are_told_apart(write_series):
    path = to_enhanced(write_series(noise()))
    image = pydicom.dcmread(path)
    shared = image.SharedFunctionalGroupsSequence[0]
    for groups in image.PerFrameFunctionalGroupsSequence:
        groups.PlaneOrientationSequence = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    image.PerFrameFunctionalGroupsSequence[3].PlaneOrientationSequence = item(ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    del shared.PlaneOrientationSequence
    image.save_as(path)
    with pytest.raises(ValueError, match=r"\(frame 4\): its ImageOrientationPatient differs from that of"):
        read_series(path.parent)


def test_a_seg_names_the_frame_that_each_of_its_frames_was_made_from(write_series, tmp_path, caplog):
    path = to_enhanced(write_series(noise()))
    series = read_series(path.parent)
    labels = np.zeros(series.voxels.shape, np.uint8)
    labels[2:4, 1:5, [1, 3]] = 1
    segmentation_of(labels, series.images, segment="A", version="1.0.0", weights="a").save_as(tmp_path / "seg.dcm")
    seg: Any = pydicom.dcmread(tmp_path / "seg.dcm")
    source: Any = pydicom.dcmread(path)
    assert seg.NumberOfFrames == 3 and not caplog.records
    for groups in seg.PerFrameFunctionalGroupsSequence:
        reference = groups.DerivationImageSequence[0].SourceImageSequence[0]
        assert (reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID) == (
            source.SOPClassUID,
            source.SOPInstanceUID,
        )
        frame = source.PerFrameFunctionalGroupsSequence[reference.ReferencedFrameNumber - 1]
        place = groups.PlanePositionSequence[0].ImagePositionPatient
        assert np.allclose(place, frame.PlanePositionSequence[0].ImagePositionPatient)
    instances = seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    assert [instance.ReferencedSOPInstanceUID for instance in instances] == [source.SOPInstanceUID]
