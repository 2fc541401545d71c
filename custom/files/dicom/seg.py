"""Predictions as DICOM Segmentation objects, which viewers lay over the series that they were made from; needs highdicom."""

from typing import Any

import numpy as np
from highdicom import AlgorithmIdentificationSequence
from highdicom.seg import Segmentation, SegmentDescription
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

NAME = "unet-bundle"
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
# What a SEG takes over even where it is empty, and anonymised series often lack.
TAKEN_OVER = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
)


def segmentation_of(labels: NDArray[Any], images: list[Dataset], *, segment: str, version: str, weights: str) -> Segmentation:
    """A binary DICOM SEG with one segment, ready for `save_as`; each frame lies where its image does.

    Slices without label are left out, as readers expect; if all are, all are kept, since a SEG has a frame.

    Args:
        labels: 0 and 1, (columns, rows, slices).
        images: of the series, in the order of the slices; patient, study and frame of reference are theirs.
        segment: what 1 means.
        version: of the software.
        weights: what tells the network's weights from others, such as a digest; stands as the device's serial number.

    Raises:
        ValueError: if labels and images do not fit, or the headers of the images do not suffice.
    """
    if labels.shape != (images[0].Columns, images[0].Rows, len(images)):
        raise ValueError(f"labels must be (columns, rows, slices) of the images, got {labels.shape}")
    frames = np.ascontiguousarray(labels.T.astype(np.uint8))
    try:
        return _segmentation([_completed(image) for image in images], frames, segment, version, weights)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"the headers of the images do not suffice for a DICOM SEG: {error}") from error


def _segmentation(images: list[Dataset], frames: NDArray[np.uint8], segment: str, version: str, weights: str) -> Segmentation:
    return Segmentation(
        source_images=images,
        pixel_array=frames,
        segmentation_type="BINARY",
        segment_descriptions=[_description(segment, version)],
        series_instance_uid=generate_uid(),
        series_number=int(images[0].get("SeriesNumber") or 0) + 1000,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer=NAME,
        manufacturer_model_name=NAME,
        software_versions=version,
        device_serial_number=weights,
        series_description=f"{segment} ({NAME})",
        omit_empty_frames=bool(frames.any()),
    )


def _completed(image: Dataset) -> Dataset:
    """The header of an image, without pixels, in which nothing is absent that highdicom reads."""
    header = Dataset({element.tag: element for element in image if element.keyword not in PIXELS})
    for keyword in TAKEN_OVER:
        if keyword not in header:
            setattr(header, keyword, None)
    if header.get("SliceThickness") is None:
        header.SliceThickness = header.get("SpacingBetweenSlices")
    return header


def _description(segment: str, version: str) -> SegmentDescription:
    algorithm = AlgorithmIdentificationSequence(name=NAME, family=codes.DCM.ArtificialIntelligence, version=version)
    return SegmentDescription(
        segment_number=1,
        segment_label=segment,
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Lesion,
        algorithm_type="AUTOMATIC",
        algorithm_identification=algorithm,
    )
