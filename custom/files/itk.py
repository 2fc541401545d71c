"""NRRD and MetaImage, which 3D Slicer and elastix write, read and written by ITK as SimpleITK brings it.

ITK counts millimetres to the left, the back and the head (LPS); here they count to the right, the front and the head (RAS).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom.files.beginnings import START_BYTES, other_format
from custom.files.kinds import Header, Image, check_on_grid, checked, without_alpha
from custom.files.meta_image import check_meta_image
from custom.files.nrrd import check_nrrd, check_nrrd_place
from custom.files.segment_names import segments_of
from custom.files.space import LPS_TO_RAS, check_space

META_IMAGE = (".mha", ".mhd")
PIXEL_KIND = "NRRD_kinds[pixel]"  # where ITK tells what the values of a voxel are


def header(path: Path) -> Header:
    """The header of a volume.

    Raises:
        ValueError: if ITK cannot read it, or it has other than 2 to 4 axes.
    """
    with _errors_in_one_line(path):
        return _header(_reader(path))


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a volume.

    Raises:
        ValueError: if the header is refused, or the voxels cannot be decoded.
    """
    with _errors_in_one_line(path):
        reader = _reader(path)
        found = _header(reader)
        _check_packed(path, found)
        values = _itk().GetArrayFromImage(reader.Execute())  # (T, Z, Y, X, C)
    last = reader.GetNumberOfComponents() > 1
    order = (*reversed(range(values.ndim - last)), *((values.ndim - 1,) if last else ()))
    several = found.channels + found.alpha
    return without_alpha(found, values.transpose(order).reshape(*found.size, *(() if several == 1 else (several,))))


def write(values: NDArray[Any], path: Path, grid: Header) -> None:
    """Values (X, Y, Z), or (X, Y, Z, K) of K classes, on the grid of the volume that they belong to, compressed.

    Args:
        values: the voxels' values.
        path: the new file.
        grid: the volume's header, whose spacing, origin and directions are kept.

    Raises:
        ValueError: if the values have another shape than the volume.
    """
    axes = len(grid.size)
    check_on_grid(values, grid)
    order = (*reversed(range(axes)), *range(axes, values.ndim))
    result = _itk().GetImageFromArray(np.ascontiguousarray(values.transpose(order)), isVector=values.ndim > axes)
    result.SetSpacing(grid.grid.spacing)
    result.SetOrigin(grid.grid.origin)
    result.SetDirection(grid.grid.direction.ravel().tolist())
    _itk().WriteImage(result, str(path), useCompression=True)


class _Grid(NamedTuple):
    """Where ITK places a volume: LPS, the directions of the axes in columns."""

    spacing: tuple[float, ...]
    origin: tuple[float, ...]
    direction: NDArray[np.float64]


def _itk() -> Any:
    import SimpleITK  # takes a seventh of a second, which other formats need not pay

    return SimpleITK


@contextmanager
def _errors_in_one_line(path: Path) -> Iterator[None]:
    """What another format is called, or what ITK says of an error, without the place in its sources."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        with path.open("rb") as file:
            told = other_format(file.read(START_BYTES), ("NRRD",))
        reason = re.sub(r"^.*?ITK ERROR: \w+\(0x\w+\): ", "", str(error).strip().splitlines()[-1]).rstrip(".")
        own = f"unreadable by ITK: {reason}; save it anew, as with 3D Slicer" if isinstance(error, RuntimeError) else str(error)
        raise ValueError(told or own) from None


def _check_packed(path: Path, found: Header) -> None:
    """Makes sure that packed voxels are whole, which ITK does not.

    Raises:
        ValueError: if they are broken or cut off.
    """
    if path.suffix.lower() in META_IMAGE:
        check_meta_image(path, unpacked=True)
    else:
        check_nrrd(path, prod(found.size) * (found.channels + found.alpha) * found.dtype.itemsize)


def _reader(path: Path) -> Any:
    itk = _itk()
    itk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = itk.ImageFileReader()
    reader.SetFileName(str(path))
    is_meta_image = path.suffix.lower() in META_IMAGE
    (check_meta_image if is_meta_image else check_nrrd_place)(path)
    reader.SetImageIO("MetaImageIO" if is_meta_image else "NrrdImageIO")
    reader.ReadImageInformation()
    return reader


def _header(reader: Any) -> Header:
    size, components = reader.GetSize(), reader.GetNumberOfComponents()
    if len(size) not in (2, 3, 4) or (len(size) == 4 and components > 1):
        raise ValueError(f"has {len(size)} axes; a volume has (X, Y, Z) or (X, Y, Z, C)")
    axes, space = len(size), min(len(size), 3)
    direction = np.array(reader.GetDirection()).reshape(axes, axes)[:space, :space]
    grid = _Grid(reader.GetSpacing()[:space], reader.GetOrigin()[:space], direction)
    affine = np.eye(4)
    affine[:space, :space] = direction * grid.spacing
    affine[:space, 3] = grid.origin
    place = LPS_TO_RAS @ affine
    check_space(size[:3], place, "spacing or direction")
    alpha = components == 4 and reader.HasMetaDataKey(PIXEL_KIND) and reader.GetMetaData(PIXEL_KIND) == "RGBA-color"
    channels = size[3] if axes == 4 else components - alpha
    segments = segments_of(reader)
    return checked(Header(size[:3], channels, _dtype(reader), affine=place, alpha=alpha, segments=segments, grid=grid))


def _dtype(reader: Any) -> np.dtype[Any]:
    """The numpy type of `vector of 16-bit signed integer`, `32-bit float` and so on."""
    words = _itk().GetPixelIDValueAsString(reader.GetPixelID())
    bits = int(words.partition("-bit")[0].rpartition(" ")[2])
    if "complex" in words:
        return np.dtype(f"complex{2 * bits}")
    return np.dtype(f"{'float' if 'float' in words else 'uint' if 'unsigned' in words else 'int'}{bits}")
