"""Where the slices of a series lie: their order, and the affine from voxels to the patient.

DICOM (PS3.3, C.7.6.2.1.1) places the centre of the first pixel of each slice, in millimetres to the patient's left, back and
head (LPS)::

    position ●──────── row cosines, a step of PixelSpacing[1] a column
             │
             │  column cosines, a step of PixelSpacing[0] a row        normal = row cosines × column cosines

NIfTI counts to the right, the front and the head (RAS), so the first two coordinates change their sign.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from custom.files.space import LPS_TO_RAS

TOLERANCE = 0.02
DRIFT_PX = 0.1


def stack_slices(names: Sequence[str], headers: Sequence[Dataset]) -> tuple[list[int], NDArray[np.float64]]:
    """The order of slices along their normal, and the affine (4, 4) of voxels (column, row, slice) in RAS millimetres.

    Places that were rounded are evened out: the slices lie on the even grid that fits them best, a right-angled one. Direction
    and spacing of pixels are those of the first header.

    Args:
        names: names of the slices, for errors.
        headers: with ImagePositionPatient, ImageOrientationPatient and PixelSpacing.

    Raises:
        ValueError: if a header holds other than numbers, directions are not orthogonal, slices share a place, are missing, are
            not evenly spaced, or are shifted within their plane, by more than 2 % of their distance.
    """
    cosines = np.array(_numbers(names[0], headers[0], "ImageOrientationPatient", 6))
    rows, columns = cosines[:3], cosines[3:]
    if not np.allclose([rows @ rows, columns @ columns, rows @ columns], [1, 1, 0], atol=1e-3):
        raise ValueError(f"{names[0]}: ImageOrientationPatient is no pair of orthogonal directions; export the series again")
    rows_mm, columns_mm = _pixel_spacing(names[0], headers[0])
    pairs = zip(names, headers, strict=True)
    positions = np.array([_numbers(name, header, "ImagePositionPatient", 3) for name, header in pairs])
    normal = np.cross(rows, columns)
    normal /= np.linalg.norm(normal)
    order = [int(index) for index in np.argsort(positions @ normal, kind="stable")]
    step_mm, origin = thickness_mm(headers[0]), positions[0]
    if len(order) > 1:
        positions, names = positions[order], [names[index] for index in order]
        _check_gaps(names, np.diff(positions @ normal))
        step_mm, origin = _even_grid(positions, normal)
        _check_line(names, positions - np.outer(positions @ normal, normal), step_mm, min(rows_mm, columns_mm))
    affine = np.eye(4)
    affine[:3] = np.stack([rows * columns_mm, columns * rows_mm, normal * step_mm, origin], axis=1)
    return order, LPS_TO_RAS @ affine


def thickness_mm(header: Dataset) -> float:
    """Of one slice alone: SliceThickness, else SpacingBetweenSlices, else 1."""
    for keyword in ("SliceThickness", "SpacingBetweenSlices"):
        try:
            value = float(header.get(keyword) or 0)
        except Exception:  # broken, and not needed
            continue
        if np.isfinite(value) and value > 0:
            return value
    return 1.0


def alike(one: Any, other: Any) -> bool:
    """Whether two values of a header are the same, apart from rounding: scanners round a direction from slice to slice."""
    if isinstance(one, str | int):
        return bool(one == other)
    try:
        ours, theirs = (np.atleast_1d(np.array(value, float)) for value in (one, other))
    except (TypeError, ValueError):
        return False
    return ours.shape == theirs.shape and np.allclose(ours, theirs, atol=1e-4)


def _even_grid(positions: NDArray[np.float64], normal: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """The distance of slices and the place of the first, by least squares."""
    counts = np.arange(len(positions)) - (len(positions) - 1) / 2
    step_mm = float(counts @ (positions @ normal) / (counts @ counts))
    return step_mm, positions.mean(axis=0) + counts[0] * step_mm * normal


def _check_gaps(names: Sequence[str], gaps: NDArray[np.float64]) -> None:
    usual = float(np.median(gaps))
    for one, other, gap in zip(names, names[1:], gaps, strict=False):
        steps = max(round(gap / usual), 1) if usual > 0 else 1
        if gap < 1e-3:
            raise ValueError(f"{other}: lies at the same place as {one}; keep one echo, time point or copy in the folder")
        if steps > 1 and abs(gap - steps * usual) <= TOLERANCE * gap:
            raise ValueError(f"{other}: {steps - 1} slices are missing before it, after {one}; export the whole series again")
        if abs(gap - usual) > TOLERANCE * usual:
            raise ValueError(
                f"{other}: non-uniform spacing, {gap:.3f} mm after {one} where others are {usual:.3f} mm apart; "
                "resample the series, or name one that is evenly spaced"
            )


def _check_line(names: Sequence[str], feet: NDArray[np.float64], gap_mm: float, pixel_mm: float) -> None:
    """Makes sure that the first pixels, seen along the normal, lie on one another: neighbours', and the first and last."""
    shifts_mm = np.linalg.norm(np.diff(feet, axis=0), axis=1)
    drifts_mm = np.linalg.norm(feet - feet[0], axis=1)
    worst = int(shifts_mm.argmax())
    if shifts_mm[worst] > TOLERANCE * gap_mm:
        raise ValueError(
            f"{names[worst + 1]}: shifted by {shifts_mm[worst]:.3f} mm in its plane against {names[worst]}; resample the series"
        )
    if drifts_mm.max() > max(TOLERANCE * gap_mm, DRIFT_PX * pixel_mm):
        far = int(drifts_mm.argmax())
        raise ValueError(
            f"{names[far]}: shifted by {drifts_mm[far]:.3f} mm in its plane against {names[0]}; resample the series"
        )


def _numbers(name: str, header: Dataset, keyword: str, count: int) -> list[float]:
    try:
        numbers = [float(value) for value in header[keyword].value]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise ValueError(f"{name}: its {keyword} is {header[keyword].value!r}, not {count} numbers; export the series again")
    return numbers


def _pixel_spacing(name: str, header: Dataset) -> tuple[float, float]:
    rows_mm, columns_mm = _numbers(name, header, "PixelSpacing", 2)
    if min(rows_mm, columns_mm) <= 0:
        raise ValueError(f"{name}: its PixelSpacing is {rows_mm:g}, {columns_mm:g}, not positive; export the series again")
    return rows_mm, columns_mm
