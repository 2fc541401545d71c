"""The series of a folder, and what each is: one that may be meant, localizers, reports."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from custom.files.dicom.files import DicomFile
from custom.files.dicom.frames import group_items
from custom.files.dicom.kinds import Misfit, misfit

FLAIR_WORDS = ("flair", "dark-fluid", "dark_fluid", "dark fluid", "tirm")
NAMES = ("SeriesDescription", "ProtocolName", "SequenceName")
CROSSED = "slices of several directions"
SCOUT = "few slices across"
FEW_SLICES = 3
SAME_DIRECTION = 0.9  # least cosine between normals; localizers are at right angles


class Candidate(NamedTuple):
    """A series that may be a volume.

    Attributes:
        number: its SeriesNumber.
        files: its files.
        misfits: why a file is no slice of a volume, for each file; None if it is one.
        other: why the series is no volume; empty if it may be one.
    """

    number: str
    files: list[DicomFile]
    misfits: list[Misfit | None]
    other: str


def candidates_of(files: Sequence[DicomFile], modality: str) -> dict[str, Candidate]:
    """The series of these files, by SeriesInstanceUID."""
    series: dict[str, list[DicomFile]] = {}
    for file in files:
        series.setdefault(str(file.image.SeriesInstanceUID), []).append(file)
    return _without_scouts({uid: _candidate(of_series, modality) for uid, of_series in series.items()})


def slice_count(candidate: Candidate) -> int:
    """Slices of a series, each frame one."""
    return sum(int(file.image.get("NumberOfFrames") or 1) for file in candidate.files)


def is_called_flair(image: Dataset) -> bool:
    """Whether a name that the header of an image gives its series says FLAIR, or a maker's word for it."""
    for keyword in NAMES:
        with suppress(Exception):  # a name that cannot be read says nothing
            if any(word in str(image.get(keyword, "")).lower() for word in FLAIR_WORDS):
                return True
    return False


def _candidate(files: list[DicomFile], modality: str) -> Candidate:
    misfits = [misfit(file, modality) for file in files]
    kinds = sorted({found.kind for found in misfits if found})
    number = str(files[0].image.get("SeriesNumber") or "")
    return Candidate(number, files, misfits, " and ".join(kinds) if all(misfits) else _crossed(files))


def _crossed(files: list[DicomFile]) -> str:
    """The kind of a series whose slices are not parallel; one that is called FLAIR is broken then, not another."""
    normals = [] if is_called_flair(files[0].image) else _normals(files)
    return CROSSED if any(abs(normal @ normals[0]) < SAME_DIRECTION for normal in normals) else ""


def _normals(files: list[DicomFile]) -> list[NDArray[np.float64]]:
    """Of each slice; none if one is absent or broken, which is told when the series is read."""
    try:
        placed = [item for file in files for item in group_items(file.image, "PlaneOrientationSequence") or [file.image]]
        cosines = [np.array([float(value) for value in item.ImageOrientationPatient]) for item in placed]
        return [np.cross(of_slice[:3], of_slice[3:]) for of_slice in cosines]
    except Exception:
        return []


def _without_scouts(candidates: dict[str, Candidate]) -> dict[str, Candidate]:
    """Tells those of few slices, across the direction of a larger series, from it: localizers that do not say that they are."""
    large = [one for one in candidates.values() if not one.other and slice_count(one) > FEW_SLICES]
    directions = [normals[0] for one in large if (normals := _normals(one.files[:1]))]

    def is_scout(one: Candidate) -> bool:
        """Whether a series has few slices, none of them along a larger series."""
        if one.other or slice_count(one) > FEW_SLICES or is_called_flair(one.files[0].image):
            return False
        normals = _normals(one.files[:1])
        return bool(normals and directions) and all(abs(normals[0] @ other) < SAME_DIRECTION for other in directions)

    return {uid: one._replace(other=SCOUT) if is_scout(one) else one for uid, one in candidates.items()}
