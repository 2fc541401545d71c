"""Image files as they lie on disk: their size and channels, their pixels, and why they cannot be read.

Reads without torch what MONAI's PILReader (TIFF, PNG) and NibabelReader (NIfTI) will read in training.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

PIL_SUFFIXES = (".tif", ".tiff", ".png", ".jpg", ".jpeg")
NIFTI_SUFFIXES = (".nii", ".nii.gz")

# Tags of a TIFF: where its strips or tiles begin, and how many bytes each has.
TIFF_EXTENTS = ((273, 279), (324, 325))
SAMPLES_PER_PIXEL = 277


class Header(NamedTuple):
    """Size in pixels, (H, W) or (H, W, D), and number of channels."""

    size: tuple[int, ...]
    channels: int


def split_name(path: str | Path) -> tuple[str, str]:
    """Name and suffix of an image file: `scan.nii.gz` gives `("scan", ".nii.gz")`, of no known format `(name, "")`."""
    name = Path(path).name
    length = next((len(suffix) for suffix in (*NIFTI_SUFFIXES, *PIL_SUFFIXES) if name.lower().endswith(suffix)), 0)
    return name[: len(name) - length], name[len(name) - length :]


def read_header(path: str | Path) -> Header:
    """Size and channels of an image, without decoding its pixels.

    Raises:
        ValueError: if the file is missing, empty, of no known format, a TIFF of several pages, or ends before its pixels do.
            What only decoding shows, such as a broken compressed stream, `read_pixels` finds.
    """
    path = Path(path)
    with _errors_in_one_line(path):
        if path.name.lower().endswith(NIFTI_SUFFIXES):
            return _nifti_header(path)
        with Image.open(path) as image:
            if _ends_early(image, path):
                raise ValueError("truncated file: it ends before its pixels do")
            _check_all_is_read(image)
            width, height = image.size
            return Header((height, width), len(image.getbands()))


def check_intensities(path: str | Path) -> None:
    """Makes sure that an image with a readable header holds intensities.

    Raises:
        ValueError: if they are numbers of a palette's colours.
    """
    if not Path(path).name.lower().endswith(NIFTI_SUFFIXES):
        with Image.open(path) as image:
            if image.mode == "P":
                raise ValueError("holds colours of a palette, not intensities; save it as grey or RGB")


def read_pixels(path: str | Path) -> NDArray[Any]:
    """All values as stored: (H, W) or (H, W, C) of a TIFF or PNG, (H, W, D) or (H, W, D, C) of a NIfTI file.

    Raises:
        ValueError: if the file is missing, empty or cannot be decoded to its end.
    """
    path = Path(path)
    with _errors_in_one_line(path):
        if path.name.lower().endswith(NIFTI_SUFFIXES):
            pixels = np.asanyarray(_load_nifti(path).dataobj)
        else:
            with Image.open(path) as image:
                pixels = np.asarray(image)
        if pixels.dtype.kind not in "biuf" or pixels.size == 0:
            raise ValueError(f"holds {pixels.size} pixels of type {pixels.dtype}, not numbers")
        return pixels


@contextmanager
def _errors_in_one_line(path: Path) -> Iterator[None]:
    try:
        if path.stat().st_size == 0:
            raise ValueError("empty file (0 bytes)")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FileNotFoundError:
        raise ValueError("no such file") from None
    except UnidentifiedImageError:
        raise ValueError("unreadable: not an image, or truncated in its header") from None
    except ValueError:
        raise
    except Exception as error:  # decoders of broken files raise anything: OSError, SyntaxError, EOFError, zlib.error, ...
        raise ValueError(f"unreadable: {' '.join(str(error).split())}") from None


def _ends_early(image: Image.Image, path: Path) -> bool:
    if image.format == "TIFF":
        tags = image.tag_v2  # type: ignore[attr-defined]
        extents = (zip_longest(tags.get(starts, ()), tags.get(counts, ()), fillvalue=1) for starts, counts in TIFF_EXTENTS)
        return any(start + count > path.stat().st_size for extent in extents for start, count in extent)
    if image.format == "PNG":
        return b"IEND" not in path.read_bytes()[-64:]
    return False


def _check_all_is_read(image: Image.Image) -> None:
    """Pillow reads the first page alone, and takes RGB with two channels more for RGB, and grey with one more for grey."""
    pages = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    if pages > 1:
        raise ValueError(f"holds {pages} pages; save each as a file of its own")
    stored = image.tag_v2.get(SAMPLES_PER_PIXEL, 1) if image.format == "TIFF" else 1  # type: ignore[attr-defined]
    read = len(image.getbands())
    if stored > read:
        raise ValueError(f"wrong channel count {stored}, of which Pillow reads {read}; save it as NIfTI of (H, W, 1, {stored})")


def _is_axial(affine: NDArray[np.float64]) -> bool:
    import nibabel

    return set(nibabel.io_orientation(affine)[:2, 0]) == {0, 1}


def _load_nifti(path: Path) -> Any:
    import nibabel

    return nibabel.load(path)


def _nifti_header(path: Path) -> Header:
    image = _load_nifti(path)
    stored_bytes = image.dataobj.offset + prod(image.shape) * image.get_data_dtype().itemsize
    if path.suffix.lower() == ".nii" and path.stat().st_size < stored_bytes:
        raise ValueError("truncated file: it ends before its voxels do")
    if len(image.shape) not in (2, 3, 4):
        raise ValueError(f"has {len(image.shape)} axes; a volume has (H, W, D) or (H, W, D, C)")
    if 0 in image.shape:
        raise ValueError(f"has the shape {tuple(image.shape)}, without a voxel")
    if len(image.shape) == 2 and not _is_axial(image.affine):
        raise ValueError("is a slice of two axes that is not axial; save it as PNG or TIFF, or with an axial affine")
    return Header(tuple(image.shape[:3]), image.shape[3] if len(image.shape) == 4 else 1)
