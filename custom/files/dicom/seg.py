"""Predictions as DICOM Segmentation objects, which viewers lay over the series that they were made from; needs highdicom.

Its geometry is computed from the places of the slices and not copied: headers often hold the gap for the distance of slices, or
nothing. From the first to the last marked slice every slice is a frame, on one even grid: other readers than those that go by
each frame's place (ITK, SimpleITK, dcm2niix) then see the same volume.
"""

from typing import Any

import numpy as np
from highdicom import AlgorithmIdentificationSequence
from highdicom.seg import Segmentation, SegmentDescription
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

from custom.files.dicom.files import errors_name
from custom.files.dicom.frames import FRAME_NUMBER
from custom.files.dicom.geometry import stack_slices
from custom.files.dicom.seg_headers import headers_for_seg
from custom.files.space import LPS_TO_RAS

NAME = "unet-bundle"
LAST_NUMBER = 2**31 - 1  # largest integer in DICOM


def segmentation_of(labels: NDArray[Any], images: list[Dataset], *, segment: str, version: str, weights: str) -> Segmentation:
    """A binary DICOM SEG with one segment, ready for `save_as`; each frame lies where its image does.

    Slices before the first with a label, and behind the last, are left out; without any label all are kept.

    Args:
        labels: 0 and 1, (columns, rows, slices).
        images: headers of the series, in the order of the slices; patient, study and frame of reference are theirs.
        segment: what 1 means.
        version: the software's version.
        weights: what tells the network's weights from others, such as a digest; stands as the device's serial number.

    Raises:
        ValueError: if labels and images do not fit, or the headers of the images do not suffice.
    """
    if labels.shape != (images[0].Columns, images[0].Rows, len(images)):
        raise ValueError(f"labels must be (columns, rows, slices) of the images, got {labels.shape}")
    order, affine = stack_slices([f"image {index}" for index in range(len(images))], images)
    if order != sorted(order):
        raise ValueError(f"images must be in the order of their slices, which is {order}")
    marked = np.flatnonzero(labels.any(axis=(0, 1)))
    kept = slice(marked[0], marked[-1] + 1) if len(marked) else slice(None)
    frames = np.ascontiguousarray(labels.T[kept].astype(np.uint8))
    with errors_name("the series", "its headers do not suffice for a DICOM SEG", "export it again with its full header"):
        headers = headers_for_seg(images, LPS_TO_RAS @ affine)[kept]
        segmentation = _segmentation(headers, frames, segment, version, weights)
        _refer(segmentation, images[kept], headers)
    return segmentation


def _segmentation(images: list[Dataset], frames: NDArray[np.uint8], segment: str, version: str, weights: str) -> Segmentation:
    segmentation = Segmentation(
        source_images=images,
        pixel_array=frames,
        segmentation_type="BINARY",
        segment_descriptions=[_description(segment, version)],
        series_instance_uid=generate_uid(),
        series_number=min(int(images[0].get("SeriesNumber") or 0) + 1000, LAST_NUMBER),
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer=NAME,
        manufacturer_model_name=NAME,
        software_versions=version,
        device_serial_number=weights,
        series_description=f"{segment} ({NAME})",
        omit_empty_frames=False,
        specific_character_set=None,
    )
    # That of the patient's name; highdicom refuses a first value that is empty, as it mostly is in Japan and Korea.
    if images[0].get("SpecificCharacterSet"):
        segmentation.SpecificCharacterSet = images[0].SpecificCharacterSet
    return segmentation


def _refer(segmentation: Segmentation, images: list[Dataset], headers: list[Dataset]) -> None:
    """Names the class and the frame of the image that each frame was made from, and each image once."""
    classes = {image.SOPInstanceUID: image.SOPClassUID for image in images}
    numbers = {tuple(h.ImagePositionPatient): image.get(FRAME_NUMBER) for h, image in zip(headers, images, strict=True)}
    for groups in segmentation.PerFrameFunctionalGroupsSequence:
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        source.ReferencedSOPClassUID = classes[source.ReferencedSOPInstanceUID]
        number = numbers[tuple(groups.PlanePositionSequence[0].ImagePositionPatient)]
        if number is not None:
            source.ReferencedFrameNumber = number
    once = [Dataset() for _ in classes]
    for item, (uid, sop_class) in zip(once, classes.items(), strict=True):
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
    segmentation.SourceImageSequence = once
    segmentation.ReferencedSeriesSequence[0].ReferencedInstanceSequence = once


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
