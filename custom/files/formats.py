"""The table of formats.

A new format is a module with `header`, `image` and `write`, and a row here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from custom.files import instance_folder, itk, nifti, pictures, rasters, tiff_writing
from custom.files.kinds import Header, Image, split_page


@dataclass(frozen=True)
class Format:
    """A row of the table of formats.

    Attributes:
        name: the format's usual name.
        suffixes: what its files end with, in small letters.
        volumes: whether its files have a place in space.
        header: reads the header of a file, decoding no pixel.
        image: reads header and values of one page in one opening.
        write: puts the values of a volume into a new file, on the grid of a header; None of pictures.
        encode: the bytes of a new file of a picture's values, with the geometry of its image; None of volumes.
        result: the suffix of a mask of such an image; empty if it is the image's own. ITK writes no `.MHA` in capitals.
        pages: whether a file may hold several images.
    """

    name: str
    suffixes: tuple[str, ...]
    volumes: bool
    header: Callable[[Path], Header]
    image: Callable[[Path, int], Image]
    write: Callable[[NDArray[Any], Path, Header], None] | None = None
    encode: Callable[[NDArray[Any], Any], bytes] | None = None
    result: str = ""
    pages: bool = False


FORMATS = (
    Format("NIfTI", (".nii.gz", ".nii"), True, nifti.header, nifti.image, nifti.write),
    Format(
        "OME-TIFF",
        (".ome.tif", ".ome.tiff", ".ome.btf"),
        False,
        rasters.header,
        rasters.image,
        encode=tiff_writing.encode,
        result=".tif",
        pages=True,
    ),
    Format("TIFF", (".tif", ".tiff", ".btf"), False, rasters.header, rasters.image, encode=tiff_writing.encode, pages=True),
    Format("PNG", (".png",), False, rasters.header, rasters.image, encode=pictures.encode),
    *(
        Format(name, suffixes, False, rasters.header, rasters.image, encode=pictures.encode, result=".png")
        for name, suffixes in (
            ("JPEG", (".jpg", ".jpeg", ".jfif")),
            ("GIF", (".gif",)),
            ("BMP", (".bmp",)),
            ("WebP", (".webp",)),
        )
    ),
    Format("NRRD", (".nrrd",), True, itk.header, itk.image, itk.write, result=".nrrd"),
    Format("NRRD in two files", (".nhdr",), True, itk.header, itk.image, itk.write, result=".nrrd"),
    Format("MetaImage", (".mha",), True, itk.header, itk.image, itk.write, result=".mha"),
    Format("MetaImage in two files", (".mhd",), True, itk.header, itk.image, itk.write, result=".mha"),
)
MASKS = Format(
    "folder of masks", (), False, instance_folder.header, instance_folder.image, encode=pictures.encode, result=".png"
)
SUFFIXES = tuple(suffix for kind in FORMATS for suffix in kind.suffixes)


def split_suffix(name: str) -> tuple[str, str]:
    """A file's name in two: `("scan.1", ".nii.gz")`; the suffix is empty if no format has it."""
    suffix = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    cut = len(name) - len(suffix)
    return name[:cut], name[cut:]


def format_of(path: str | Path) -> Format:
    """The row of a file, by the suffix of its name; of a folder that of masks, one file an object.

    Raises:
        ValueError: if no format has the suffix.
    """
    file, _ = split_page(path)
    suffix = split_suffix(file.name)[1].lower()
    for kind in FORMATS:
        if suffix in kind.suffixes:
            return kind
    if file.is_dir():
        return MASKS
    raise ValueError(f"is of no known format; these are {', '.join(SUFFIXES)}")


def is_volume(path: str | Path) -> bool:
    """Whether a file has a place in space, by the suffix of its name."""
    return format_of(path).volumes
