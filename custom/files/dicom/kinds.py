"""What is no slice of an MR volume though it is DICOM: reports, other modalities, mosaics, localizers, screenshots."""

from typing import NamedTuple

from pydicom import Dataset
from pydicom.uid import UID

from custom.files.dicom.files import DicomFile, errors_name
from custom.files.dicom.frames import FRAME_TYPE, group_items

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
LOCALIZER, NO_IMAGE, SCREENSHOT = "localizer", "no image", "screenshot"
MOSAICS = {"MOSAIC", "VFRAME"}  # by Siemens, and by United Imaging
PHASE = {"P", "PHASE MAP", "I"}  # values of ImageType by Siemens and Philips, of phases and imaginary parts
OF_GE, PHASE_OF_GE = (0x0043, "GEMS_PARM_01"), (1, 3)  # GE numbers magnitude, phase, real and imaginary parts from 0 on
# What scanners put into a series beside its slices; Philips' raw data are in each enhanced one.
BESIDE_SLICES = {LOCALIZER: "localizer{}", NO_IMAGE: "file{} without an image", SCREENSHOT: "screenshot{}"}


class Misfit(NamedTuple):
    """What a file is instead, in a word, and the line that says so when there is nothing else."""

    kind: str
    line: str


def misfit(file: DicomFile, modality: str) -> Misfit | None:
    """Why a file holds no slice of a grey volume of this modality; None if it does."""
    with errors_name(file.path, "its header cannot be read", "copy it again from its source"):
        found = _misfit(file.image, modality)
    return found and Misfit(found[0], f"{file.path}: {found[1]}")


def _misfit(image: Dataset, modality: str) -> tuple[str, str] | None:
    words = _image_type(image)
    channels, colours = int(image.get("SamplesPerPixel") or 1), image.get("PhotometricInterpretation", "MONOCHROME2")
    if not any(keyword in image for keyword in PIXELS):
        kind = "image without pixels" if "Image Storage" in UID(image.SOPClassUID).name else NO_IMAGE
        return kind, "holds no pixels; remove it if it is a report, or copy it again from its source"
    if image.Modality != modality:
        found = f"is of modality {image.Modality}; the model takes {modality}, name a FLAIR series"
        return f"modality {image.Modality}", found
    if channels != 1 or colours not in ("MONOCHROME1", "MONOCHROME2"):
        return "colour", f"has {channels} channels ({colours}), not one of grey; name the original series, not screenshots"
    if "Segmentation" in UID(image.SOPClassUID).name or int(image.get("BitsAllocated") or 0) == 1:
        return "segmentation", "is a segmentation, no image; name the series that it was made from"
    if words & MOSAICS:
        return "mosaic", "is a mosaic, many slices in one picture; export the series again as single slices or enhanced MR"
    frames = group_items(image, FRAME_TYPE)
    if _is_phase(image) or (frames and all(map(_is_phase, frames))):
        return (
            "phase image",
            "is a phase image, or an imaginary part, by its header; name the series of the same scan that holds magnitudes",
        )
    if "LOCALIZER" in words:
        return LOCALIZER, "is a localizer by its ImageType; name the FLAIR series"
    if "Secondary Capture" in UID(image.SOPClassUID).name and "ImagePositionPatient" not in image:
        return SCREENSHOT, "is a screenshot without a place in the patient; name the original series"
    return None


def _image_type(image: Dataset) -> set[str]:
    words = image.get("ImageType") or image.get("FrameType") or ()
    return {words.upper()} if isinstance(words, str) else {str(word).upper() for word in words}


def _is_phase(image: Dataset) -> bool:
    """Of an image, or of what is told of a frame."""
    if _image_type(image) & PHASE or str(image.get("ComplexImageComponent", "")).upper() in ("PHASE", "IMAGINARY"):
        return True
    try:
        value = image.private_block(*OF_GE)[0x2F].value
    except KeyError:
        return False
    number = int.from_bytes(value[:2], "little") if isinstance(value, bytes) else value
    return isinstance(number, int) and number in PHASE_OF_GE
