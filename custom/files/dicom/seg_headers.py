"""The headers of a series as highdicom reads them for a SEG: nothing is absent, and the geometry is computed."""

from collections.abc import Callable
from typing import Any

import numpy as np
from highdicom.enum import PatientSexValues
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import MRImageStorage
from pydicom.valuerep import DA, DS, TM

from custom.files.dicom.frames import plain_header

# What a SEG takes over, and what each must be: anonymised series often lack it, or hold other words. It is left empty then.
TAKEN_OVER: dict[str, Callable[[Any], object]] = {
    "PatientName": str,
    "PatientID": str,
    "PatientBirthDate": DA,
    "PatientSex": PatientSexValues,
    "StudyDate": DA,
    "StudyTime": TM,
    "StudyID": str,
    "AccessionNumber": str,
}


def headers_for_seg(images: list[Dataset], affine: NDArray[np.float64]) -> list[Dataset]:
    """Headers for highdicom, of which it takes the geometry, in which nothing is absent that it reads."""
    spacing = [_decimal(value) for value in np.linalg.norm(affine[:3, :3], axis=0)]
    headers = []
    for index, image in enumerate(images):
        header = plain_header(image)
        for keyword, check in TAKEN_OVER.items():
            if not _is_valid(header.get(keyword), check):
                setattr(header, keyword, None)
        header.SOPClassUID = MRImageStorage  # it looks for the frames of an enhanced image, which are separate here
        header.ImageOrientationPatient = images[0].ImageOrientationPatient
        header.ImagePositionPatient = [_decimal(value) for value in (affine @ [0, 0, index, 1])[:3]]
        header.PixelSpacing = [spacing[1], spacing[0]]
        header.SliceThickness = header.SpacingBetweenSlices = spacing[2]
        headers.append(header)
    return headers


def _is_valid(value: Any, check: Callable[[Any], object]) -> bool:
    try:
        return value == "" or (value is not None and check(value) is not None)
    except ValueError:
        return False


def _decimal(value: float) -> Any:
    return DS(round(float(value), 9), auto_format=True)
