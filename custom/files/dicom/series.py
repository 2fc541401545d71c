"""A folder with a DICOM series, as a volume."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from custom.files.dicom.choice import choose_series
from custom.files.dicom.claims import check_slices
from custom.files.dicom.files import dicom_files, errors_name, quietly
from custom.files.dicom.frames import Slice, slices_of
from custom.files.dicom.geometry import alike, stack_slices
from custom.files.dicom.pixels import slice_values, stored_frames

ROUNDING = 0.01  # share of an echo time
LOCALIZERS = "take localizers out of the folder"
# What all slices of a volume say alike, and what to do if they do not.
ALIKE = {
    **dict.fromkeys(("Rows", "Columns", "PixelSpacing", "ImageOrientationPatient", "FrameOfReferenceUID"), LOCALIZERS),
    **dict.fromkeys(("StudyInstanceUID", "PatientID", "SeriesNumber"), "keep one series of one patient in the folder"),
}
# Numbers that those slices say alike that tell them: their unit, and what to keep one of.
ALIKE_IF_TOLD = {
    "EchoTime": (" ms", "echo"),
    "InversionTime": (" ms", "inversion time"),
    "DiffusionBValue": ("", "b-value"),
    "TemporalPositionIdentifier": ("", "time point"),
}


class Series(NamedTuple):
    """A volume: a header for each slice, in their order, and its voxels.

    Attributes:
        images: the header of each slice; of an enhanced image, that of each frame.
        voxels: (columns, rows, slices).
        affine: (4, 4), to RAS millimetres.
        left_out: which other series and localizers the folder holds, in words; empty if none.
    """

    images: list[Dataset]
    voxels: NDArray[np.float32]
    affine: NDArray[np.float64]
    left_out: str = ""


def read_series(series_dir: str | Path, *, modality: str = "MR", series: str = "") -> Series:
    """The one series of a folder that is a volume, whatever its files are called, sorted by place along the slices' normal.

    Voxels are in the units of the rescale. MONOCHROME1 is inverted over its stored bits. Padding (PixelPaddingValue) becomes
    the least of the other voxels, so that it is background in any statistics.

    Args:
        series_dir: folder of grey images, ordinary or enhanced, nested too; other files, localizers, mosaics, reports and
            series of other modalities are left out.
        modality: what the series must be.
        series: SeriesInstanceUID or SeriesNumber of the one to take, where there are several.

    Raises:
        ValueError: naming a file and the mend: no files, broken ones, several series, another modality, slices that are
            missing, doubled, unlike or unevenly spaced, voxels that cannot be decoded, are NaN or all the same.
    """
    try:
        with quietly():
            return _series(Path(series_dir), modality, series)
    except ValueError as error:  # a broken header may hold line breaks
        raise ValueError("".join(letter if letter.isprintable() else "?" for letter in str(error))) from error


def _series(folder: Path, modality: str, wanted: str) -> Series:
    files, left_out = choose_series(folder, dicom_files(folder), modality, wanted)
    slices = [one for file in files for one in slices_of(file)]
    _check_alike(slices)
    for keyword in ALIKE_IF_TOLD:
        _check_alike_if_told(slices, keyword)
    order, affine = stack_slices([one.name for one in slices], [one.header for one in slices])
    slices = [slices[index] for index in order]
    check_slices(slices)
    voxels = _voxels(slices)
    if voxels.min() == voxels.max():
        raise ValueError(f"{files[0].path.parent}: all voxels are {voxels.min():g}; export the series again with its pixels")
    return Series([one.header for one in slices], voxels, affine, left_out)


def _voxels(slices: Sequence[Slice]) -> NDArray[np.float32]:
    """(columns, rows, slices); filled slice by slice, in the order in which they lie in memory."""
    header = slices[0].header
    shape = (len(slices), header.Rows, header.Columns)
    voxels, padding = np.empty(shape, np.float32), np.zeros(shape, bool)
    places: dict[Path, list[int]] = {}
    for place, one in enumerate(slices):
        places.setdefault(one.file.path, []).append(place)
    for of_file in places.values():
        frames = stored_frames(slices[of_file[0]].file)
        for place in of_file:
            name, _, frame, header = slices[place]
            voxels[place], padding[place] = slice_values(name, frames[frame], header)
    if padding.all():
        raise ValueError(f"{slices[0].file.path.parent}: all voxels are padding; export the series again with its pixels")
    if padding.any():
        voxels[padding] = voxels[~padding].min()
    return voxels.T


def _check_alike(slices: Sequence[Slice]) -> None:
    first = slices[0]
    for one in slices[1:]:
        for keyword, mend in ALIKE.items():
            with errors_name(one.name, "its header cannot be read", "copy it again from its source"):
                values = [header.get(keyword) or "" for header in (one.header, first.header)]
            if not alike(*values):
                raise ValueError(f"{one.name}: its {keyword} differs from that of {first.name}; {mend}")


def _check_alike_if_told(slices: Sequence[Slice], keyword: str) -> None:
    """Makes sure that slices were measured alike, wherever they lie."""
    unit, what = ALIKE_IF_TOLD[keyword]
    told = [(one.name, value) for one in slices if (value := _number(one.header, keyword, no_value=bool(unit))) is not None]
    for name, value in told:
        first, first_value = told[0]
        if abs(value - first_value) > ROUNDING * abs(first_value):
            raise ValueError(
                f"{name}: its {keyword} is {value:g}{unit}, that of {first} {first_value:g}; keep one {what} in the folder"
            )


def _number(header: Dataset, keyword: str, *, no_value: bool) -> float | None:
    """What a header tells; of times, 0 tells nothing."""
    try:
        value = float(header[keyword].value)
    except Exception:  # absent or broken, and not needed
        return None
    return None if no_value and value <= 0 else value
