"""What a volume's place in space must be: voxels that fill it, and a single slice that is axial."""

import nibabel
import numpy as np
from numpy.typing import NDArray

LPS_TO_RAS = np.diag([-1.0, -1, 1, 1])  # DICOM and ITK count to the left and the back, NIfTI to the right and the front
# Of the volume of a cube with the affine's largest number as its side: what is flatter is so by rounding.
FLAT = 1e-12
HEAD = 2  # the axis from the feet to the head


def check_space(size: tuple[int, ...], affine: NDArray[np.float64], place: str) -> None:
    """Makes sure that a volume lies somewhere, and that one of a single slice has an axial one.

    Args:
        size: (X, Y) or (X, Y, Z).
        affine: (4, 4) from voxels to RAS millimetres.
        place: what says where it lies, for the message.

    Raises:
        ValueError: if all voxels lie on one plane, or the only slice is sagittal or coronal, so that its axial slices would be
            single rows.
    """
    if not fills_space(affine):
        raise ValueError(f"its {place} puts all voxels on one plane; save it with a valid affine")
    single = [axis for axis, length in enumerate((*size, 1)[:3]) if length == 1]
    if len(single) == 1 and nibabel.io_orientation(affine)[single[0], 0] != HEAD:
        raise ValueError("is a single slice that is not axial; save it as PNG or TIFF, or with an axial affine")


def fills_space(affine: NDArray[np.float64]) -> bool:
    """Whether an affine (4, 4) gives each voxel a place of its own, not all of them one plane or none."""
    return bool(np.isfinite(affine).all() and abs(np.linalg.det(affine[:3, :3])) > FLAT * np.abs(affine[:3, :3]).max() ** 3)
