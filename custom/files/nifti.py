"""NIfTI, of one file, packed or not, read and written by nibabel; its place is told by `custom.files.nifti_affine`."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.arrayproxy import ArrayProxy
from numpy.typing import NDArray

from custom.files.errors import CUT_OFF_VOXELS
from custom.files.kinds import Header, Image, check_on_grid, checked, without_alpha
from custom.files.nifti_affine import affine_of
from custom.files.nifti_header import native_header
from custom.files.segment_names import segments_in_nifti
from custom.files.space import check_space

COLOURS = (("R", "G", "B"), ("R", "G", "B", "A"))
GZIP_START = b"\x1f\x8b"
BLOCK = 1 << 20
MOST_BEHIND = 1 << 24


def header(path: Path) -> Header:
    """The header of a volume.

    Raises:
        ValueError: if the file is no NIfTI, ends early, has other than 2 to 4 axes, or no place in space.
    """
    with _opened(path) as (file, size):
        return _header(native_header(file), size)


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a volume, scaled by its slope and intercept.

    Raises:
        ValueError: if the header is refused, or the voxels cannot be decoded.
    """
    with _opened(path) as (file, size):
        native = native_header(file)
        found = _header(native, size)
        stored = ArrayProxy(file, native, mmap=False)
        # Colours are no amounts, which a slope could scale.
        values = stored.get_unscaled() if native.get_data_dtype().names in COLOURS else np.asanyarray(stored)
        if size is None:
            _read_to_its_end(file)
    if values.dtype.names in COLOURS:
        values = np.stack([values[name] for name in values.dtype.names], axis=-1)
    several = found.channels + found.alpha
    values = values.astype(found.dtype, copy=False).reshape(*found.size, *(() if several == 1 else (several,)))
    return without_alpha(found, values)


def write(values: NDArray[Any], path: Path, grid: Header) -> None:
    """Values (X, Y, Z), or (X, Y, Z, K) of K classes, with the header of the volume that they belong to.

    Args:
        values: the voxels' values.
        path: the new file.
        grid: the volume's header, whose geometry, codes and units are kept.

    Raises:
        ValueError: if the values have another shape than the volume.
    """
    check_on_grid(values, grid)
    native = grid.grid.copy()
    native.set_data_dtype(values.dtype)
    native["cal_min"], native["cal_max"] = 0, 0
    native.set_intent("none")  # a mask of vectors is none, which ITK would refuse
    kind: Any = nibabel.Nifti2Image if isinstance(native, nibabel.Nifti2Header) else nibabel.Nifti1Image
    # Given an affine, nibabel would write sform and qform anew.
    nibabel.save(kind(values, None, native), path)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, int | None]]:
    """The file, unpacked if its first bytes say so, whatever its name; and its size, if it is not packed."""
    with path.open("rb") as stored:
        packed = stored.read(2) == GZIP_START
        stored.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=stored) as unpacked:
                yield unpacked, None
        else:
            yield stored, os.fstat(stored.fileno()).st_size


def _read_to_its_end(file: Any) -> None:
    """Only at its end does a packed file tell whether it is whole."""
    behind = 0
    while block := file.read(BLOCK):
        behind += len(block)
        if behind > MOST_BEHIND:
            raise ValueError(f"holds more than {MOST_BEHIND >> 20} MiB behind its voxels; save it anew")


def _header(native: Any, size: int | None) -> Header:
    """The header of a volume whose file has so many bytes; None if it is packed, so that only unpacking tells."""
    dtype, shape = native.get_data_dtype(), _axes(native.get_data_shape())
    if size is not None and size < native.get_data_offset() + prod(shape) * dtype.itemsize:
        raise ValueError(CUT_OFF_VOXELS)
    affine = affine_of(native)
    check_space(shape[:3], affine, "sform or qform")
    channels, before = shape[3] if len(shape) == 4 else 1, int(native.get_data_offset())
    if dtype.names in COLOURS:
        if channels > 1:
            raise ValueError(f"holds {channels} volumes of colours; save one")
        return checked(Header(shape[:3], 3, np.dtype(np.uint8), affine=affine, alpha="A" in dtype.names, grid=native), before)
    scaled = native.get_slope_inter() not in ((1, 0), (None, None))
    stored = np.dtype(np.float64) if scaled else dtype.newbyteorder("=")
    segments = segments_in_nifti(native)
    return checked(Header(shape[:3], channels, stored, affine=affine, segments=segments, grid=native), before)


def _axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """(X, Y), (X, Y, Z) or (X, Y, Z, C); empty axes aside, such as that of time before the fifth, of vectors."""
    if 0 in shape:
        raise ValueError(f"has the shape {tuple(shape)}, without a voxel; save it anew")
    several = tuple(length for length in shape[3:] if length > 1)
    if len(shape) < 2 or len(several) > 1:
        raise ValueError(f"has {len(shape)} axes; a volume has (X, Y, Z) or (X, Y, Z, C)")
    return (*shape[:3], *several)
