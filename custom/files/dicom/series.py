"""A folder with one DICOM series, as a volume."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from custom.files.dicom.files import dicom_files, read_image, read_pixels
from custom.files.dicom.geometry import stack_slices

ALIKE = ("Rows", "Columns", "PixelSpacing", "ImageOrientationPatient", "FrameOfReferenceUID")


class Series(NamedTuple):
    """The images in the order of their slices, their voxels (columns, rows, slices), and the affine (4, 4) to RAS mm."""

    images: list[Dataset]
    voxels: NDArray[np.float32]
    affine: NDArray[np.float64]


def read_series(series_dir: str | Path, *, modality: str = "MR") -> Series:
    """The one series of a folder, whatever its files are called, sorted by position along the slices' normal.

    Args:
        series_dir: folder of single-frame grey images, nested too; other files are ignored.
        modality: what the series must be.

    Raises:
        ValueError: naming a file and the mend: no files, broken ones, several series, another modality, slices that are
            missing, doubled, unlike or unevenly spaced, voxels that cannot be decoded, are NaN or all the same.
    """
    read = ((path, read_image(path)) for path in dicom_files(series_dir))
    slices = [(path, image) for path, image in read if image is not None]
    if not slices:
        raise ValueError(f"{series_dir}: holds no DICOM images; name the folder of one FLAIR series")
    _check_one_series(slices)
    first_path, first = slices[0]
    if first.Modality != modality:
        raise ValueError(f"{first_path}: is of modality {first.Modality}; the model takes {modality}, name a FLAIR series")
    order, affine = stack_slices(
        [str(path) for path, _ in slices],
        np.array([_numbers(path, image, "ImagePositionPatient", 3) for path, image in slices]),
        cosines=np.array(_numbers(first_path, first, "ImageOrientationPatient", 6)),
        pixel_spacing_mm=_spacing(first_path, first),
        thickness_mm=float(first.get("SpacingBetweenSlices") or first.get("SliceThickness") or 1),
    )
    voxels = np.stack([read_pixels(*slices[index]) for index in order], axis=-1)
    if voxels.min() == voxels.max():
        raise ValueError(f"{first_path.parent}: all voxels are {voxels.min():g}; export the series again with its pixels")
    return Series([slices[index][1] for index in order], voxels, affine)


def _check_one_series(slices: Sequence[tuple[Path, Dataset]]) -> None:
    first_path, first = slices[0]
    for path, image in slices[1:]:
        if image.SeriesInstanceUID != first.SeriesInstanceUID:
            raise ValueError(f"{path}: is of another series than {first_path}; give each series a folder of its own")
    for path, image in slices[1:]:
        for name in ALIKE:
            if not _alike(image[name].value, first[name].value):
                raise ValueError(f"{path}: its {name} differs from that of {first_path}; take localizers out of the folder")


def _alike(one: Any, other: Any) -> bool:
    # Scanners round the same direction differently from slice to slice.
    if isinstance(one, str | int):
        return bool(one == other)
    ours, theirs = (np.atleast_1d(np.array(value, float)) for value in (one, other))
    return ours.shape == theirs.shape and np.allclose(ours, theirs, atol=1e-4)


def _numbers(path: Path, image: Dataset, name: str, count: int) -> list[float]:
    try:
        numbers = [float(value) for value in image[name].value]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise ValueError(f"{path}: its {name} is {image[name].value!r}, not {count} numbers; export the series again")
    return numbers


def _spacing(path: Path, image: Dataset) -> tuple[float, float]:
    rows_mm, columns_mm = _numbers(path, image, "PixelSpacing", 2)
    if min(rows_mm, columns_mm) <= 0:
        raise ValueError(f"{path}: its PixelSpacing is {rows_mm:g}, {columns_mm:g}, not positive; export the series again")
    return rows_mm, columns_mm
