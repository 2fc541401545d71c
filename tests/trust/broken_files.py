"""Files that are none, or not what they seem: small ones, that no library of the house takes badly."""

import gzip
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from PIL import Image
from tiffs import write_tiff

Plant = Callable[[Path], None]
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 48, 3), dtype=np.uint8)
VOXELS = np.random.default_rng(1).integers(0, 256, (8, 9, 4), dtype=np.int16)


def encoded(kind: str, values: Any = PIXELS, **options: Any) -> bytes:
    """A picture as Pillow writes it."""
    file = io.BytesIO()
    image = values if isinstance(values, Image.Image) else Image.fromarray(values)
    image.save(file, kind, **options)
    return file.getvalue()


def nifti(values: Any = VOXELS, affine: Any = None, **fields: Any) -> bytes:
    """A volume as nibabel writes it, with fields of its header replaced."""
    image = nibabel.Nifti1Image(values, np.eye(4) if affine is None else affine, dtype=values.dtype)
    content = bytearray(image.to_bytes())
    for name, value in fields.items():
        dtype, offset = image.header.template_dtype.fields[name][:2]
        content[offset : offset + dtype.itemsize] = np.array(value, dtype.base).tobytes().ljust(dtype.itemsize, b"\0")
    return bytes(content)


def of(content: bytes) -> Plant:
    """A file that holds these bytes."""

    def plant(path: Path) -> None:
        path.write_bytes(content)

    return plant


def tiff(data: bytes = bytes(48 * 40), **tags: Any) -> Plant:
    """A TIFF of one strip."""
    return lambda path: write_tiff(path, (40, 48), data, **tags)


def nrrd(data: bytes = bytes(8 * 9 * 4), **fields: Any) -> bytes:
    """A NRRD with fields replaced; one of None is left out."""
    usual: dict[str, Any] = {
        "type": "uchar", "dimension": "3", "space": "left-posterior-superior", "sizes": "8 9 4",
        "space_directions": "(1,0,0) (0,1,0) (0,0,1)", "encoding": "raw", "space_origin": "(0,0,0)",
    }  # fmt: skip
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in {**usual, **fields}.items() if value is not None]
    return "\n".join(["NRRD0004", *lines, "", ""]).encode() + data


def meta(data: bytes = bytes(8 * 9 * 4), **fields: Any) -> bytes:
    """A MetaImage with fields replaced; one of None is left out."""
    usual = {"NDims": 3, "DimSize": "8 9 4", "ElementType": "MET_UCHAR", **fields}
    lines = [f"{name} = {value}" for name, value in usual.items() if value is not None and name != "ElementDataFile"]
    place = fields.get("ElementDataFile", "LOCAL")
    return "\n".join([*lines, *([f"ElementDataFile = {place}"] if place else []), ""]).encode() + data


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*chunks: bytes, width: int = 48, height: int = 40, bits: int = 8, colour: int = 2, interlaced: int = 0) -> bytes:
    """A PNG of these chunks behind its first."""
    first = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced))
    return b"\x89PNG\r\n\x1a\n" + first + b"".join(chunks) + chunk(b"IEND", b"")


def link_to(target: str) -> Plant:
    """A link, to nothing or to something that is no file."""
    return lambda path: path.symlink_to(target)


def with_nan(shape: tuple[int, ...], value: float = np.nan) -> Any:
    """Floats of which one is none."""
    values = np.random.default_rng(2).random(shape, dtype=np.float32)
    values[0, 1] = value
    return values


def stacked(*sizes: tuple[int, int]) -> bytes:
    """A TIFF of several pages."""
    first, *others = (Image.fromarray(PIXELS[:height, :width]) for height, width in sizes)
    return encoded("TIFF", first, save_all=True, append_images=others)


def packed(content: bytes) -> bytes:
    """As gzip does."""
    return gzip.compress(content, mtime=0)


def flipped(content: bytes, place: int) -> bytes:
    """With one byte that is wrong."""
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def damaged(suffix: str, whole: bytes, pixels: int, says: dict[str, str]) -> dict[str, tuple[Plant, str]]:
    """What may befall any file, and what is said of it.

    Args:
        suffix: of its name.
        whole: what it should hold.
        pixels: where its pixels begin.
        says: what is said of a file of `text`, of `zeros`, and of one that is cut in its `first` bytes, in its `header` and in
            its `pixels`; a kind that is left out is no case.
    """
    kinds = {
        "text": (f"of text{suffix}", of(b"<html><body>404 Not Found</body></html>\n")),
        "zeros": (f"of zeros{suffix}", of(bytes(512))),
        "first": (f"cut in its first bytes{suffix}", of(whole[:3])),
        "header": (f"cut in its header{suffix}", of(whole[: pixels // 2])),
        "pixels": (f"cut in its pixels{suffix}", of(whole[: (pixels + len(whole)) // 2])),
    }
    return {
        f"empty{suffix}": (of(b""), "empty file (0 bytes); copy it again"),
        f"a link to nothing{suffix}": (link_to("annexed"), "is a link to annexed, which is not here; fetch it"),
        f"a link to a device{suffix}": (link_to("/dev/null"), "is no regular file"),
        f"a pipe{suffix}": (os.mkfifo, "is no regular file"),
        **{kinds[kind][0]: (kinds[kind][1], said) for kind, said in says.items()},
    }
