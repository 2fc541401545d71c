"""The DICOM files of a folder, one grey image each, or one line that names the file and the mend."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.pixels import apply_modality_lut, get_decoder
from pydicom.uid import MediaStorageDirectoryStorage

DICOM_SUFFIXES = (".dcm", ".dicom", ".ima", "")
NEEDED = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "Modality",
    "Rows",
    "Columns",
    "PixelSpacing",
    "ImageOrientationPatient",
    "ImagePositionPatient",
)


def dicom_files(folder: str | Path) -> list[Path]:
    """All files of a folder and those below it that are DICOM by their first bytes or their name.

    Raises:
        ValueError: if there is no such folder, or none of them in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"no folder {str(folder)!r}; name the folder of one FLAIR series")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    found = [path for path in paths if path.name != "DICOMDIR" and _is_dicom(path)]
    if not found:
        raise ValueError(f"{folder}: holds no DICOM files; name the folder of one FLAIR series")
    return found


def read_image(path: Path) -> Dataset | None:
    """One file with all that a volume needs of its header; None for the directory of a disc.

    Raises:
        ValueError: if the file is broken, holds no image, several frames or several channels, or lacks part of its header.
    """
    with _errors_name(path, "cannot be read as DICOM", "copy it again from its source"):
        image = dcmread(path)
        if image.file_meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
            return None
        absent = [name for name in NEEDED if image.get(name) in (None, "")]
        frames, channels = int(image.get("NumberOfFrames") or 1), int(image.get("SamplesPerPixel", 1))
        kind = image.get("PhotometricInterpretation", "MONOCHROME2")
    if not any(name in image for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        raise ValueError(f"{path}: holds no pixels; remove it if it is a report, or copy it again from its source")
    if frames > 1:  # asked first, since such files have the geometry of each frame elsewhere
        raise ValueError(f"{path}: holds {frames} frames; convert it to single frames, as dcm4che's emf2sf does")
    if absent:
        raise ValueError(f"{path}: lacks {', '.join(absent)}; export the series again with its full header")
    if channels != 1 or kind != "MONOCHROME2":
        raise ValueError(
            f"{path}: has {channels} channels ({kind}), not one of grey; name the original series, not screenshots"
        )
    return image


def read_pixels(path: Path, image: Dataset) -> NDArray[np.float32]:
    """Values (columns, rows) of an image, by its rescale slope and intercept or its look-up table.

    Raises:
        ValueError: if they are compressed in a way that cannot be decoded here, broken, NaN or infinite.
    """
    _check_decoder(path, image)
    with _errors_name(path, "its pixels cannot be decoded", "copy it again from its source"):
        values = np.asarray(apply_modality_lut(image.pixel_array, image), np.float32)
    if values.shape != (image.Rows, image.Columns):
        raise ValueError(f"{path}: its pixels have shape {values.shape}, its header says {(image.Rows, image.Columns)}")
    if not np.isfinite(values).all():
        raise ValueError(f"{path}: holds NaN or infinite values; export the series again")
    return values.T


def _check_decoder(path: Path, image: Dataset) -> None:
    syntax = image.file_meta.get("TransferSyntaxUID", "")
    try:
        if get_decoder(syntax).is_available:
            return
    except NotImplementedError:
        pass
    name = getattr(syntax, "name", syntax)
    raise ValueError(f"{path}: compressed as {name}, which cannot be decoded here; decompress it, as with gdcmconv --raw")


def _is_dicom(path: Path) -> bool:
    if path.suffix.lower() in DICOM_SUFFIXES or path.suffix[1:].isdigit():  # a name may be a UID
        return True
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


@contextmanager
def _errors_name(path: Path, problem: str, mend: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except InvalidDicomError as error:
        raise ValueError(f"{path}: {problem} (no DICOM file, or its beginning is lost); {mend}") from error
    except Exception as error:  # broken files make pydicom and its decoders raise anything
        detail = " ".join(str(error).split())[:120] or type(error).__name__
        raise ValueError(f"{path}: {problem} ({detail}); {mend}") from error
