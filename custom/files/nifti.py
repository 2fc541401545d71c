"""NIfTI, placed in space as nifti1.h says: by the sform if it has a code, else by the qform, else by the voxel sizes alone.

MONAI's reader repairs what is not broken: it puts an unset qform in the place of a valid sform whose columns are not as long as
the voxel sizes, and of that of any volume with channels whose origin is not 0 (measured on MONAI 1.6.1).
"""

from math import prod
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from custom.files.kinds import Header, Image, checked

COLOURS = (("R", "G", "B"), ("R", "G", "B", "A"))


def header(path: Path) -> Header:
    """The header of a volume.

    Raises:
        ValueError: if the file is no NIfTI, ends early, has other than 2 to 4 axes, or no place in space.
    """
    return _header(nibabel.load(path), path)


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a volume, scaled by its slope and intercept.

    Raises:
        ValueError: as for `header`, or if its voxels cannot be decoded.
    """
    source: Any = nibabel.load(path)
    found = _header(source, path)
    values = np.asanyarray(source.dataobj)
    if values.dtype.names in COLOURS:
        values = np.stack([values[name] for name in "RGB"], axis=-1)
    return Image(found, values.reshape(*found.size, *(() if found.channels == 1 else (found.channels,))))


def write(values: NDArray[Any], path: Path, source: Path) -> None:
    """Values (X, Y, Z), or (X, Y, Z, K) of K classes, with the header of the volume that they belong to.

    Args:
        values: of the voxels.
        path: of the new file.
        source: the volume, whose geometry, codes and units are kept.

    Raises:
        ValueError: if the values have another shape than the volume.
    """
    volume: Any = nibabel.load(source)
    size = _header(volume, source).size
    if values.shape[: len(size)] != size:
        raise ValueError(f"the prediction has shape {values.shape[: len(size)]}, the image {size}")
    header = volume.header.copy()
    header.set_data_dtype(values.dtype)
    header["cal_min"], header["cal_max"] = 0, 0
    # Given an affine, nibabel would write sform and qform anew.
    nibabel.save(type(volume)(values, None, header), path)


def _header(source: Any, path: Path) -> Header:
    dtype, shape = source.get_data_dtype(), source.shape
    stored_bytes = source.dataobj.offset + prod(shape) * dtype.itemsize
    if path.suffix.lower() == ".nii" and path.stat().st_size < stored_bytes:
        raise ValueError("truncated file: it ends before its voxels do")
    if len(shape) == 5 and shape[3] == 1:  # vectors lie on the fifth axis
        shape = (*shape[:3], shape[4])
    if len(shape) not in (2, 3, 4):
        raise ValueError(f"has {len(shape)} axes; a volume has (H, W, D) or (H, W, D, C)")
    if 0 in shape:
        raise ValueError(f"has the shape {tuple(shape)}, without a voxel")
    affine = _affine(source)
    if len(shape) == 2 and not _is_axial(affine):
        raise ValueError("is a slice of two axes that is not axial; save it as PNG or TIFF, or with an axial affine")
    channels = 3 if dtype.names in COLOURS else shape[3] if len(shape) == 4 else 1
    if dtype.names in COLOURS and len(shape) == 4 and shape[3] > 1:
        raise ValueError(f"holds {shape[3]} volumes of colours; save one")
    stored = np.dtype(np.uint8) if dtype.names in COLOURS else source.dataobj.dtype
    if (source.dataobj.slope, source.dataobj.inter) != (1, 0):
        stored = np.dtype(np.float64)
    return checked(Header(tuple(shape[:3]), channels, stored, affine=affine))


def _affine(source: Any) -> NDArray[np.float64]:
    header = source.header
    if header["sform_code"] > 0:
        affine = header.get_sform()
    elif header["qform_code"] > 0:
        affine = header.get_qform()
    else:
        affine = np.diag([*header["pixdim"][1:4], 1.0])
    affine = np.asarray(affine, np.float64)
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-12:
        raise ValueError("its sform or qform puts all voxels on one plane; save it with a valid affine")
    return affine


def _is_axial(affine: NDArray[np.float64]) -> bool:
    return set(nibabel.io_orientation(affine)[:2, 0]) == {0, 1}
