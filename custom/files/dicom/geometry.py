"""Where the slices of a series lie: their order, and the affine from voxels to the patient.

DICOM (PS3.3, C.7.6.2.1.1) places the centre of the first pixel of each slice, in millimetres to the patient's left, back and
head (LPS)::

    position ●──────── row cosines, a step of PixelSpacing[1] a column
             │
             │  column cosines, a step of PixelSpacing[0] a row        normal = row cosines × column cosines

NIfTI counts to the right, the front and the head (RAS), so the first two coordinates change their sign.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LPS_TO_RAS = np.diag([-1.0, -1, 1, 1])
TOLERANCE = 0.02


def stack_slices(
    names: Sequence[str],
    positions: NDArray[np.float64],
    *,
    cosines: NDArray[np.float64],
    pixel_spacing_mm: tuple[float, float],
    thickness_mm: float,
) -> tuple[list[int], NDArray[np.float64]]:
    """The order of slices along their normal, and the affine (4, 4) of voxels (column, row, slice) in RAS millimetres.

    Args:
        names: of the slices, for errors.
        positions: (N, 3) of their first pixels, in LPS millimetres.
        cosines: (6,) of their rows, then of their columns.
        pixel_spacing_mm: between rows, then between columns.
        thickness_mm: the third spacing, if there is one slice alone.

    Raises:
        ValueError: if directions are not orthogonal, slices share a place, are missing, are not evenly spaced, or are shifted
            within their plane by more than 2 % of their distance.
    """
    rows, columns = cosines[:3], cosines[3:]
    if not np.allclose([rows @ rows, columns @ columns, rows @ columns], [1, 1, 0], atol=1e-3):
        raise ValueError(f"{names[0]}: ImageOrientationPatient is no pair of orthogonal directions; export the series again")
    normal = np.cross(rows, columns)
    order = [int(index) for index in np.argsort(positions @ normal, kind="stable")]
    positions, names = positions[order], [names[index] for index in order]
    step = normal * thickness_mm
    if len(order) > 1:
        _check_gaps(names, np.diff(positions @ normal))
        step = (positions[-1] - positions[0]) / (len(order) - 1)
        _check_line(names, positions - np.outer(positions @ normal, normal), abs(step @ normal))
    affine = np.eye(4)
    affine[:3] = np.stack([rows * pixel_spacing_mm[1], columns * pixel_spacing_mm[0], step, positions[0]], axis=1)
    return order, LPS_TO_RAS @ affine


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


def _check_line(names: Sequence[str], feet: NDArray[np.float64], gap_mm: float) -> None:
    """Makes sure that the first pixels of neighbours, seen along the normal, lie on one another."""
    shifts_mm = np.linalg.norm(np.diff(feet, axis=0), axis=1)
    worst = int(shifts_mm.argmax())
    if shifts_mm[worst] > TOLERANCE * gap_mm:
        raise ValueError(
            f"{names[worst + 1]}: shifted by {shifts_mm[worst]:.3f} mm in its plane against {names[worst]}; resample the series"
        )
