"""The DICOM files of a folder, each read once, or one line that names the file and the mend."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from custom.files.dicom.deflated import check_deflated
from custom.files.dicom_sniff import DICOM_SUFFIXES, FIRST_GROUPS, HEAD_BYTES, has_magic
from custom.files.errors import missing
from custom.files.names import files_below
from custom.storage.pointers import pointer
from custom.text.one_line import one_line

IDENTITY = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality")
NUMBERS = ("SeriesNumber", "NumberOfFrames", "SamplesPerPixel")
# Longer values, such as pixels, stay in the file until they are asked for.
DEFERRED_BYTES = 4096


class DicomFile(NamedTuple):
    """A file, and its header; pixels are read when they are asked for."""

    path: Path
    image: Dataset


def dicom_files(folder: str | Path) -> list[DicomFile]:
    """All DICOM files of a folder and those below it, told by what they hold, not by their names.

    Hidden files, the directory of a disc (DICOMDIR) and files of other formats are left out.

    Raises:
        ValueError: if there is no such folder or no DICOM in it, or if a file is broken: it begins as DICOM does, or its name
            says `.dcm`, `.dicom` or `.ima`, but it cannot be read.
        OSError: if a folder below may not be read.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise ValueError(f"no folder {str(folder)!r}; name the folder of one FLAIR series")
    paths = sorted(path for path in files_below(folder) if path.is_file() or _is_lost_slice(path))
    found = [DicomFile(path, image) for path in paths if (image := _header(path)) is not None]
    if not found:
        raise ValueError(f"{folder}: holds no DICOM files; name the folder of one FLAIR series")
    return found


@contextmanager
def quietly() -> Iterator[None]:
    """Without warnings, given or logged: those of pydicom and highdicom quote values, such as the patient's name."""
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def errors_name(path: Path | str, problem: str, mend: str) -> Iterator[None]:
    """Turns whatever a broken file raises into one line, and keeps warnings about it quiet.

    Args:
        path: the file, or what else the line names.
        problem: what cannot be done.
        mend: what to do about it.

    Raises:
        ValueError: `path: problem (what was raised); mend`.
    """
    try:
        with quietly():
            yield
    except InvalidDicomError as error:
        raise ValueError(f"{path}: {problem} (no DICOM file, or its beginning is lost); {mend}") from error
    except Exception as error:  # broken files make pydicom and its decoders raise anything
        raise ValueError(f"{path}: {problem} ({one_line(error)[:120]}); {mend}") from error


def _header(path: Path) -> Dataset | None:
    """The header of a DICOM file; None for other files and for the directory of a disc."""
    named_dicom = path.suffix.lower() in DICOM_SUFFIXES
    if _is_lost_slice(path):
        raise ValueError(f"{path}: {pointer(path) or missing(path)}")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    marked, may_start = has_magic(head), head[:2] in FIRST_GROUPS
    if not (marked or may_start or named_dicom):
        _check_not_empty(path, head)
        return None
    try:
        return _read(path, force=may_start and not marked)
    except ValueError:
        if marked or named_dicom:
            raise
        return None


def _check_not_empty(path: Path, head: bytes) -> None:
    """A slice that a copy left empty must not go unnoticed."""
    if not head.strip(b"\0") and (not path.suffix or path.suffix[1:].isdigit()):
        raise ValueError(f"{path}: is empty; copy it again from its source, or remove it if it is no slice")


def _is_lost_slice(path: Path) -> bool:
    """Whether a file that is called as slices are was not fetched yet: a link that leads nowhere, or a pointer in its place."""
    if path.suffix and not path.suffix[1:].isdigit() and path.suffix.lower() not in DICOM_SUFFIXES:
        return False
    return bool(pointer(path)) or (path.is_symlink() and not path.exists())


def _read(path: Path, *, force: bool) -> Dataset | None:
    check_deflated(path)
    with errors_name(path, "cannot be read as DICOM", "copy it again from its source"):
        image = dcmread(path, force=force, defer_size=DEFERRED_BYTES)
        if image.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            image = dcmread(path)  # what is deflated as a whole cannot be read in parts
        if image.file_meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
            return None
        absent = [name for name in IDENTITY if image.get(name) in (None, "")]
        for name in NUMBERS:
            int(image.get(name) or 0)  # raises here, where the file is named, if it is no number
        if "TransferSyntaxUID" not in image.file_meta:
            image.file_meta.TransferSyntaxUID = _syntax_as_read(image)
    if absent:
        raise ValueError(f"{path}: lacks {', '.join(absent)}; export the series again with its full header")
    return image


def _syntax_as_read(image: Dataset) -> UID:
    implicit, little_endian = image.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little_endian else ExplicitVRBigEndian
