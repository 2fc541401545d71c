"""The header of a NIfTI as nibabel reads it, mended where it is plain what was meant, and refused where it is broken."""

import logging
from typing import Any

import nibabel
import numpy as np

from custom.files.beginnings import other_format

HEADER_BYTES = 540
OWN = ("NIfTI or Analyze",)
CIFTI_INTENTS = range(3000, 3100)
# What nibabel mends, such as an unset qfac, it also logs, on the standard error unless told where.
QUIET = logging.Logger(__name__, logging.CRITICAL)
FATAL = 40


def native_header(file: Any) -> Any:
    """The header as nibabel has it, mended where it is plain what was meant.

    Raises:
        ValueError: if it is not the header of a volume in one file.
    """
    start = file.read(HEADER_BYTES)
    if start[344:347] == b"n+1":
        kind: Any = nibabel.Nifti1Header
    elif start[4:7] == b"n+2":
        kind = nibabel.Nifti2Header
    elif start[344:347] == b"ni1":
        raise ValueError("is the header of a pair .hdr and .img; save it as one .nii")
    else:
        raise ValueError(other_format(start, OWN) or "unreadable: not a NIfTI file, or truncated in its header; copy it again")
    file.seek(0)
    native = kind.from_fileobj(file, check=False)
    _check_numbers(native)
    if int(native["intent_code"]) in CIFTI_INTENTS:
        raise ValueError("holds CIFTI-2, values of a surface, not a volume; name a volume")
    native.check_fix(QUIET, FATAL)
    if not np.isfinite(native["scl_inter"]):  # none, as ITK takes it; nibabel refuses it beside a slope
        native["scl_inter"] = 0
    if (offset := native.get_data_offset()) < native.single_vox_offset:  # nibabel would read its header as voxels
        raise ValueError(f"has the vox_offset {offset}, within its header of {native.single_vox_offset} bytes; save it anew")
    return native


def _check_numbers(native: Any) -> None:
    shape = tuple(int(length) for length in native["dim"][1 : 1 + max(0, min(7, int(native["dim"][0])))])
    if any(length < 0 for length in shape):
        raise ValueError(f"has the shape {shape}, without a voxel; save it anew")
    if not np.isfinite(float(native["vox_offset"])):
        raise ValueError(
            f"has the vox_offset {float(native['vox_offset']):g}, which tells no place of its voxels; save it anew"
        )
