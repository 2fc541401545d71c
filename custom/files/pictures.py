"""PNG, JPEG, GIF, BMP and WebP, read by Pillow; PNG with several channels of 16 bits, cut to 8 by Pillow, by imagecodecs."""

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from custom.files.beginnings import START_BYTES, other_format
from custom.files.grey_palette import is_white_first, looked_up
from custom.files.jpeg import is_rare_jpeg
from custom.files.kinds import Header, Image, checked, without_alpha
from custom.files.lossy import is_lossy_picture
from custom.files.orientation import TAG, known_orientation, turned, upright
from custom.files.png import Png, decode_deep, read_png, without_texts

READ = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP")
START_OF_PICTURES = 16
OWN = ("PNG", "JPEG", "TIFF")
LONGEST_HEADER = 1 << 20  # a thumbnail and profiles stand before the frame of a JPEG
WITH_ALPHA = {"LA": 1, "La": 1, "PA": 1, "RGBA": 3, "RGBa": 3}
DTYPES = {"1": bool, "I": np.int32, "F": np.float32, "I;16": np.uint16, "I;16B": np.uint16, "I;16L": np.uint16}
FRAMES = ("PNG", "GIF", "WEBP")


def header(file: BinaryIO) -> Header:
    """The header of a picture.

    Raises:
        ValueError: if the file is no picture, ends early, or holds several frames.
    """
    png = read_png(file)
    with _opened(file, png) as picture:
        return _header(picture, png, file)


def image(file: BinaryIO, page: int = 0) -> Image:
    """Header and values of a picture, upright.

    Raises:
        ValueError: if the header is refused, or the pixels cannot be decoded.
    """
    png = read_png(file, pixels=True)
    with _opened(file, png) as picture:
        found = _header(picture, png, file)
        values = decode_deep(file) if png and png.deep_channels else _values(picture)
        kept = without_alpha(found, values)
        return replace(kept, values=upright(kept.values, _orientation(picture, png)))


def encode(values: NDArray[Any], geometry: object = None) -> bytes:
    """The file of a picture (H, W) of 8 or 16 bits as PNG, which keeps no geometry."""
    content = BytesIO()
    picture = PIL.Image.fromarray(np.ascontiguousarray(values))
    # To look for more than runs takes half as long again, and saves a twentieth of a slice.
    picture.save(content, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return content.getvalue()


def _opened(file: BinaryIO, png: Png | None) -> PIL.Image.Image:
    """The picture, opened as `PIL.Image.open` does, but for its limit of pixels; `checked` has one that large images pass."""
    PIL.Image.init()
    file = without_texts(file) if png and png.has_large_texts else file
    start = file.read(START_OF_PICTURES)
    file.seek(0)
    for name in READ:
        make, accepts = PIL.Image.OPEN[name]
        try:
            if accepts is None or accepts(start) is True:
                return make(file, "")
        except (SyntaxError, IndexError, TypeError, struct.error):
            break
    if start[4:8] == b"ftyp":
        raise ValueError("is HEIC, AVIF or a film, which is not read; save it as PNG or TIFF")
    file.seek(0)
    if is_rare_jpeg(file.read(LONGEST_HEADER)):
        raise ValueError("is a JPEG of 12 or 16 bits, or JPEG-LS, which is not read; save it as PNG")
    file.seek(0)
    told = other_format(file.read(START_BYTES), OWN)
    raise ValueError(told or "unreadable: not an image, or truncated in its header; copy it again")


def _header(picture: PIL.Image.Image, png: Png | None, file: BinaryIO) -> Header:
    width, height = picture.size
    deep = png.deep_channels if png else 0
    channels = deep or WITH_ALPHA.get(picture.mode, len(picture.getbands()))
    dtype = np.dtype(np.uint16 if deep else DTYPES.get(picture.mode, np.uint8))
    colours = "inks (CMYK)" if picture.mode == "CMYK" else ""
    plain = Header((height, width), channels, dtype, colours=colours, alpha=picture.mode in WITH_ALPHA)
    found = checked(replace(plain, lossy=is_lossy_picture(picture, file), **_told_by_palette(picture)))
    frames = getattr(picture, "n_frames", 1) if picture.format in FRAMES else 1
    if frames > 1:
        raise ValueError(f"holds {frames} frames; save each as a file of its own")
    return turned(found, _orientation(picture, png))


def _values(picture: PIL.Image.Image) -> NDArray[Any]:
    try:
        picture.load()
    except ValueError as error:  # Pillow raises it where a BMP ends early
        raise OSError(str(error)) from None
    if picture.mode not in ("P", "PA"):
        return np.asarray(picture)
    greys = _greys(picture)
    numbers = np.asarray(picture) if picture.mode == "P" else np.asarray(picture)[..., 0]
    return numbers if greys is None else looked_up(greys, numbers)


def _told_by_palette(picture: PIL.Image.Image) -> dict[str, Any]:
    """What a palette adds to the header; nothing without one."""
    if picture.mode not in ("P", "PA"):
        return {}
    if (greys := _greys(picture)) is not None:
        return {"white_first": is_white_first(greys)}
    return {"colours": "colours of a palette", "palette": _palette(picture).tobytes()}


def _palette(picture: PIL.Image.Image) -> NDArray[np.uint8]:
    """The colours (N, 3) of the numbers of a palette, up to 256."""
    order, stored = picture.palette.getdata() if picture.palette else ("RGB", b"")
    colours = np.frombuffer(bytes(stored), np.uint8)
    return colours[: len(colours) // len(order) * len(order)].reshape(-1, len(order))[:256, :3]


def _greys(picture: PIL.Image.Image) -> NDArray[np.uint8] | None:
    """The grey (256,) that each number of a palette stands for; None if one is a colour."""
    colours = _palette(picture)
    if not (colours == colours[:, :1]).all():
        return None
    return np.pad(colours[:, 0], (0, 256 - len(colours)))


def _orientation(picture: PIL.Image.Image, png: Png | None) -> int:
    """The tag of EXIF, which in a PNG may stand behind the pixels, where Pillow finds it too late."""
    content = png.exif if png else picture.info.get("exif")
    if not content:
        return 1
    exif = PIL.Image.Exif()
    exif.load(content)
    return known_orientation(exif.get(TAG))
