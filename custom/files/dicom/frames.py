"""The slices of a file: one of an ordinary image, one a frame of an enhanced image, each with a header of its own.

An enhanced image (PS3.3, C.7.6.16) keeps what its frames share, and what each has of its own, in functional groups::

    SharedFunctionalGroupsSequence[0]      PixelMeasuresSequence[0]  ─ PixelSpacing, SliceThickness
    PerFrameFunctionalGroupsSequence[k]    PlanePositionSequence[0]  ─ ImagePositionPatient          a group is in either

Here they are lifted to where an ordinary image has them, so that nothing else need know of frames.
"""

from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import NamedTuple

from pydicom import DataElement, Dataset
from pydicom.dataelem import RawDataElement
from pydicom.tag import BaseTag

from custom.files.dicom.files import DicomFile, errors_name

NEEDED = ("FrameOfReferenceUID", "Rows", "Columns", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient")
GROUPS = ("PlanePositionSequence", "PlaneOrientationSequence", "PixelMeasuresSequence", "PixelValueTransformationSequence")
FRAME_TYPE, KINDS_OF_IMAGE = "MRImageFrameTypeSequence", "kinds of image, as magnitude and phase"
# What a volume has one of: the group, its value, and what more than one of them means.
ONE_OF = (
    ("FrameContentSequence", "StackID", "stacks"),
    ("MREchoSequence", "EffectiveEchoTime", "echoes"),
    ("MRModifierSequence", "InversionTimes", "inversion times"),
    ("MRDiffusionSequence", "DiffusionBValue", "b-values"),
    ("FrameContentSequence", "TemporalPositionIndex", "time points"),
    (FRAME_TYPE, "FrameType", KINDS_OF_IMAGE),
    (FRAME_TYPE, "ComplexImageComponent", KINDS_OF_IMAGE),
)
# The frame, from 1, of the file that a header was lifted from.
FRAME_NUMBER = "ReferencedFrameNumber"
LAST_GROUP = 0x0040  # up to it groups are about the patient, the study, the machine and the image


class Slice(NamedTuple):
    """One slice: its name for errors, its file, its frame there (from 0), and its header."""

    name: str
    file: DicomFile
    frame: int
    header: Dataset


def slices_of(file: DicomFile) -> list[Slice]:
    """The slices of a file, in its order.

    Raises:
        ValueError: if it holds several frames without their geometry, several stacks, echoes, time points or kinds of image,
            or lacks what places it in the patient.
    """
    with errors_name(file.path, "its header cannot be read", "copy it again from its source"):
        frames = int(file.image.get("NumberOfFrames") or 1)
        groups = file.image.get("PerFrameFunctionalGroupsSequence")
    if groups:
        slices = _lifted(file, groups, frames)
    elif frames > 1:
        raise ValueError(
            f"{file.path}: holds {frames} frames; convert it to single frames or enhanced MR, since it says not where each lies"
        )
    else:
        slices = [Slice(str(file.path), file, 0, file.image)]
    for one in slices:
        _check_complete(one.name, one.header)
    return slices


def group_items(image: Dataset, group: str) -> list[Dataset]:
    """What an enhanced image tells in a functional group, of all frames or of each; nothing of an ordinary image."""
    places = (*(image.get("SharedFunctionalGroupsSequence") or ()), *(image.get("PerFrameFunctionalGroupsSequence") or ()))
    return [item for place in places for item in place.get(group) or ()]


def plain_header(image: Dataset) -> Dataset:
    """A copy of a header without pixels, private elements, functional groups and what cannot be read."""
    elements: dict[BaseTag, DataElement | RawDataElement] = {}
    for tag in image.keys():
        if tag.group <= LAST_GROUP and not tag.is_private:
            with suppress(Exception):  # a weight that is no number, say: what is needed is asked for elsewhere
                elements[tag] = copy(image[tag])  # since to set an element changes it in place
    return Dataset(elements)


def _lifted(file: DicomFile, groups: Sequence[Dataset], frames: int) -> list[Slice]:
    path, shared = file.path, (file.image.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    if len(groups) != frames:
        raise ValueError(f"{path}: tells of {len(groups)} frames, but holds {frames}; export the series again")
    _check_one_volume(path, groups)
    with errors_name(path, "its header cannot be read", "copy it again from its source"):
        common = plain_header(file.image)
        for keyword in ("NumberOfFrames", FRAME_NUMBER):
            common.pop(keyword, None)
        return [
            Slice(f"{path} (frame {index + 1})", file, index, _with_groups(common, shared, own, index + 1))
            for index, own in enumerate(groups)
        ]


def _with_groups(common: Dataset, shared: Dataset, own: Dataset, frame_number: int) -> Dataset:
    header = Dataset({tag: common[tag] for tag in common.keys()})  # `Dataset(common)` would share its elements
    for name in GROUPS:
        for element in (own.get(name) or shared.get(name) or [Dataset()])[0]:
            header[element.tag] = element
    setattr(header, FRAME_NUMBER, frame_number)
    return header


def _check_one_volume(path: Path, groups: Sequence[Dataset]) -> None:
    for sequence, keyword, what in ONE_OF:
        with errors_name(path, "its header cannot be read", "copy it again from its source"):
            found = {str(item.get(keyword)) for group in groups for item in group.get(sequence) or () if keyword in item}
        if len(found) > 1:
            raise ValueError(f"{path}: holds {len(found)} {what}, not one volume; export one of them as a series of its own")


def _check_complete(name: str, header: Dataset) -> None:
    with errors_name(name, "its header cannot be read", "copy it again from its source"):
        absent = [keyword for keyword in NEEDED if header.get(keyword) in (None, "")]
    if absent:
        raise ValueError(f"{name}: lacks {', '.join(absent)}; export the series again with its full header")
