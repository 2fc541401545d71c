"""NIfTI volumes whose voxels are numbered, so that each can be told from all others."""

from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray


def save_volume(path: Path, shape: tuple[int, ...], affine: NDArray[np.float64] | None = None) -> str:
    """Writes a volume in millimetres with the values 0, 1, 2 … in 16 bits, and gives its path."""
    values = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    volume = nibabel.Nifti1Image(values, np.eye(4) if affine is None else affine)
    volume.header.set_xyzt_units("mm")
    volume.header["cal_max"] = 900
    nibabel.save(volume, path)
    return str(path)
