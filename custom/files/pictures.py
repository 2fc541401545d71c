"""PNG, JPEG, GIF and BMP, read by Pillow; PNG with several channels of 16 bits, which Pillow cuts to 8, by imagecodecs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import UnidentifiedImageError

from custom.files.kinds import Header, Image, checked, turned, upright

PNG_START = b"\x89PNG\r\n\x1a\n"
ORIENTATION = 274
WITH_ALPHA = {"LA": 1, "La": 1, "PA": 1, "RGBA": 3, "RGBa": 3, "RGBX": 3}
DTYPES = {"1": bool, "I": np.int32, "F": np.float32, "I;16": np.uint16, "I;16B": np.uint16, "I;16L": np.uint16}
FRAMES = ("PNG", "GIF")


def header(path: Path) -> Header:
    """The header of a picture.

    Raises:
        ValueError: if the file is no picture, ends early, or holds several frames.
    """
    with _opened(path) as picture:
        return _header(picture, path)


def image(path: Path, page: int = 0) -> Image:
    """Header and values of a picture, upright.

    Raises:
        ValueError: as for `header`, or if its pixels cannot be decoded.
    """
    with _opened(path) as picture:
        found = _header(picture, path)
        if _is_deep_png(path):
            import imagecodecs  # not in every environment that runs a bundle

            values = imagecodecs.png_decode(path.read_bytes())
        else:
            values = _values(picture, found.coloured)
        values = values[..., : found.channels] if values.ndim == 3 else values
        values = values[..., 0] if values.ndim == 3 and found.channels == 1 else values
        return Image(found, upright(values, _orientation(picture)))


def write(values: NDArray[Any], path: Path, source: Path) -> None:
    """A picture (H, W) or (H, W, 3) of 8 bits, or (H, W) of 16, as PNG.

    Args:
        values: of the picture.
        path: of the new file.
        source: not asked, since pictures have no place in space.
    """
    PIL.Image.fromarray(np.ascontiguousarray(values)).save(path, compress_level=1)


@contextmanager
def _opened(path: Path) -> Iterator[PIL.Image.Image]:
    limit, PIL.Image.MAX_IMAGE_PIXELS = PIL.Image.MAX_IMAGE_PIXELS, None  # `checked` has a limit that large images pass
    try:
        with PIL.Image.open(path) as picture:
            yield picture
    except UnidentifiedImageError:
        raise ValueError("unreadable: not an image, or truncated in its header") from None
    finally:
        PIL.Image.MAX_IMAGE_PIXELS = limit


def _header(picture: PIL.Image.Image, path: Path) -> Header:
    if picture.format == "PNG" and not _ends_whole(path):
        raise ValueError("truncated file: it ends before its pixels do")
    frames = getattr(picture, "n_frames", 1) if picture.format in FRAMES else 1
    if frames > 1:
        raise ValueError(f"holds {frames} frames; save each as a file of its own")
    width, height = picture.size
    channels = WITH_ALPHA.get(picture.mode, len(picture.getbands()))
    dtype = np.dtype(np.uint16 if _is_deep_png(path) else DTYPES.get(picture.mode, np.uint8))
    coloured = picture.mode in ("P", "PA") and _greys(picture) is None
    return turned(checked(Header((height, width), channels, dtype, coloured=coloured)), _orientation(picture))


def _values(picture: PIL.Image.Image, coloured: bool) -> NDArray[Any]:
    if picture.mode not in ("P", "PA"):
        return np.asarray(picture)
    numbers = np.asarray(picture) if picture.mode == "P" else np.asarray(picture)[..., 0]
    greys = _greys(picture)
    return numbers if coloured or greys is None else greys[numbers]


def _greys(picture: PIL.Image.Image) -> NDArray[np.uint8] | None:
    """The grey (256,) that each number of a palette stands for; None if one is a colour."""
    colours = np.array(picture.getpalette("RGB") or [0, 1, 2], np.uint8)
    colours = colours[: len(colours) // 3 * 3].reshape(-1, 3)
    if not (colours == colours[:, :1]).all():
        return None
    return np.pad(colours[:, 0], (0, 256 - len(colours)))


def _orientation(picture: PIL.Image.Image) -> int:
    return int(picture.getexif().get(ORIENTATION, 1)) if picture.format in ("JPEG", "MPO") else 1


def _is_deep_png(path: Path) -> bool:
    """Whether a PNG holds 16 bits in each of several channels, by its first chunk (IHDR)."""
    with path.open("rb") as file:
        start = file.read(26)
    return start[:8] == PNG_START and start[24] == 16 and start[25] in (2, 4, 6)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(64, path.stat().st_size), 2)
        return b"IEND" in file.read()
