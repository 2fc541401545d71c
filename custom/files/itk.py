"""NRRD and MetaImage, which 3D Slicer and elastix write, read and written by ITK as SimpleITK brings it.

ITK counts millimetres to the left, the back and the head (LPS); here they count to the right, the front and the head (RAS).
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.files.kinds import Header, Image, checked

LPS_TO_RAS = np.diag([-1.0, -1, 1, 1])


def header(path: Path) -> Header:
    """The header of a volume.

    Raises:
        ValueError: if ITK cannot read it, or it has other than 2 to 4 axes.
    """
    return _header(_reader(path))


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a volume.

    Raises:
        ValueError: as for `header`, or if its voxels cannot be decoded.
    """
    itk, reader = _itk(), _reader(path)
    found = _header(reader)
    values = itk.GetArrayFromImage(reader.Execute())  # (T, Z, Y, X, C)
    last = reader.GetNumberOfComponents() > 1
    order = (*reversed(range(values.ndim - last)), *((values.ndim - 1,) if last else ()))
    return Image(found, values.transpose(order).reshape(*found.size, *(() if found.channels == 1 else (found.channels,))))


def write(values: NDArray[Any], path: Path, source: Path) -> None:
    """Values (X, Y, Z), or (X, Y, Z, K) of K classes, on the grid of the volume that they belong to, compressed.

    Args:
        values: of the voxels.
        path: of the new file.
        source: the volume, whose spacing, origin and directions are kept.

    Raises:
        ValueError: if the values have another shape than the volume.
    """
    itk, reader = _itk(), _reader(source)
    found = _header(reader)
    axes = len(found.size)
    if values.shape[:axes] != found.size:
        raise ValueError(f"the prediction has shape {values.shape[:axes]}, the image {found.size}")
    several = values.ndim > axes
    order = (*reversed(range(axes)), *((axes,) if several else ()))
    result = itk.GetImageFromArray(np.ascontiguousarray(values.transpose(order)), isVector=several)
    result.SetSpacing(reader.GetSpacing()[:axes])
    result.SetOrigin(reader.GetOrigin()[:axes])
    result.SetDirection(_direction(reader)[:axes, :axes].ravel().tolist())
    itk.WriteImage(result, str(path), useCompression=True)


def _itk() -> Any:
    import SimpleITK  # takes a seventh of a second, which other formats need not pay

    return SimpleITK


def _reader(path: Path) -> Any:
    itk = _itk()
    itk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = itk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError as error:
        raise ValueError(f"unreadable by ITK: {_reason(error)}") from None
    return reader


def _reason(error: RuntimeError) -> str:
    """The last line of what ITK says, without the place in its sources."""
    return str(error).strip().splitlines()[-1].rpartition("): ")[2]


def _direction(reader: Any) -> NDArray[np.float64]:
    axes = reader.GetDimension()
    return np.array(reader.GetDirection()).reshape(axes, axes)


def _header(reader: Any) -> Header:
    size, components = reader.GetSize(), reader.GetNumberOfComponents()
    if len(size) not in (2, 3, 4) or (len(size) == 4 and components > 1):
        raise ValueError(f"has {len(size)} axes; a volume has (X, Y, Z) or (X, Y, Z, C)")
    space = min(len(size), 3)
    affine = np.eye(4)
    affine[:space, :space] = _direction(reader)[:space, :space] * reader.GetSpacing()[:space]
    affine[:space, 3] = reader.GetOrigin()[:space]
    dtype = _dtype(reader)
    return checked(Header(size[:3], size[3] if len(size) == 4 else components, dtype, affine=LPS_TO_RAS @ affine))


def _dtype(reader: Any) -> np.dtype[Any]:
    """The numpy type of `vector of 16-bit signed integer`, `32-bit float` and so on."""
    words = _itk().GetPixelIDValueAsString(reader.GetPixelID())
    bits = int(words.partition("-bit")[0].rpartition(" ")[2])
    if "complex" in words:
        return np.dtype(f"complex{2 * bits}")
    return np.dtype(f"{'float' if 'float' in words else 'uint' if 'unsigned' in words else 'int'}{bits}")
