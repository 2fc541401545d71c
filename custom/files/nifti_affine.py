"""Where a NIfTI lies, as nifti1.h says: by the sform if it has a code, else by the qform, else by the voxel sizes alone.

MONAI's reader repairs what is not broken: it puts an unset qform in the place of a valid sform whose columns are not as long as
the voxel sizes, and of that of any volume with channels whose origin is not 0 (measured on MONAI 1.6.1).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MM_PER_UNIT = {1: 1000.0, 2: 1.0, 3: 0.001}  # metres, millimetres, micrometres; without a unit, millimetres are meant


def affine_of(native: Any) -> NDArray[np.float64]:
    """The affine (4, 4) from voxels to millimetres (RAS) of nibabel's header.

    Raises:
        ValueError: if its qform holds no rotation.
    """
    if native["sform_code"] > 0:
        affine = native.get_sform()
    elif native["qform_code"] > 0:
        try:
            affine = native.get_qform()
        except ValueError as error:
            raise ValueError(f"its qform holds no rotation ({error}); save it with a valid affine") from None
    else:
        affine = np.diag([*native["pixdim"][1:4], 1.0])
    affine = np.asarray(affine, np.float64)
    affine[:3] *= MM_PER_UNIT.get(int(native["xyzt_units"]) % 8, 1.0)
    return affine
