"""A series of single images as one enhanced MR image, as scanners of today write it."""

from pathlib import Path
from typing import Any

import pydicom
from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, generate_uid

MOVED = (
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "SliceThickness",
    "RescaleSlope",
    "RescaleIntercept",
)


def item(**values: Any) -> Sequence:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return Sequence([dataset])


def frame_of(image: Any, number: int) -> Dataset:
    """The functional groups of one frame."""
    groups = Dataset()
    groups.PlanePositionSequence = item(ImagePositionPatient=image.ImagePositionPatient)
    groups.PixelValueTransformationSequence = item(
        RescaleSlope=image.get("RescaleSlope", 1), RescaleIntercept=image.get("RescaleIntercept", 0), RescaleType="US"
    )
    groups.FrameContentSequence = item(StackID="1", InStackPositionNumber=number, TemporalPositionIndex=1)
    groups.MREchoSequence = item(EffectiveEchoTime=90.0)
    groups.MRModifierSequence = item(InversionTimes=[2500.0])
    groups.MRDiffusionSequence = item(DiffusionBValue=0.0)
    groups.MRImageFrameTypeSequence = item(FrameType=["ORIGINAL", "PRIMARY", "M", "NONE"])
    return groups


def to_enhanced(folder: Path) -> Path:
    """Replaces the files of a series by one, its frames in the shuffled order of the files' names; returns the file."""
    paths = sorted(folder.glob("*.dcm"))
    images: list[Any] = [pydicom.dcmread(path) for path in paths]
    enhanced: Any = images[0].copy()
    enhanced.file_meta = images[0].file_meta
    enhanced.PixelData = b"".join(image.PixelData for image in images)
    enhanced.NumberOfFrames = len(images)
    enhanced.SOPClassUID = enhanced.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    enhanced.SOPInstanceUID = enhanced.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    shared = Dataset()
    shared.PlaneOrientationSequence = item(ImageOrientationPatient=images[0].ImageOrientationPatient)
    shared.PixelMeasuresSequence = item(PixelSpacing=images[0].PixelSpacing, SliceThickness=images[0].SliceThickness)
    enhanced.SharedFunctionalGroupsSequence = Sequence([shared])
    enhanced.PerFrameFunctionalGroupsSequence = Sequence([frame_of(image, k + 1) for k, image in enumerate(images)])
    for keyword in MOVED:
        if keyword in enhanced:
            delattr(enhanced, keyword)
    for path in paths:
        path.unlink()
    enhanced.save_as(folder / "enhanced.dcm", enforce_file_format=True)
    return folder / "enhanced.dcm"
