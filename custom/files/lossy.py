"""Pictures that were compressed with loss, which leaves other numbers around those of a label."""

from typing import BinaryIO

import numpy as np
import PIL.Image
from tifffile import COMPRESSION, TiffPage

from custom.files.kinds import Image

OF_JPEG = ("JPEG", "MPO")
IN_TIFF = (COMPRESSION.OJPEG, COMPRESSION.JPEG, COMPRESSION.JPEG_LOSSY)
LOSSY_WEBP, AFTER_FORM = b"VP8 ", 12
WHITE = 255


def is_lossy_picture(picture: PIL.Image.Image, file: BinaryIO) -> bool:
    """Whether a picture is JPEG, or WebP with loss.

    Args:
        picture: as Pillow opened it.
        file: its file, which is left where it was.
    """
    return picture.format in OF_JPEG or (picture.format == "WEBP" and LOSSY_WEBP in _chunks(file))


def is_lossy_page(page: TiffPage) -> bool:
    """Whether a page of a TIFF is JPEG."""
    return page.compression in IN_TIFF


def check_unblurred(label: Image) -> None:
    """Makes sure that a label was not blurred; black and white that came through are sound.

    Raises:
        ValueError: if it was compressed with loss, and holds other numbers than 0 and 255.
    """
    if label.header.lossy and not np.isin(label.values, (0, WHITE)).all():
        number = np.unique(label.values).size
        raise ValueError(
            f"is JPEG or WebP with loss, which blurs class numbers, and holds {number} of them; save it as PNG from where it "
            "was drawn; of a mask of two colours bundle/docs/by_hand.md shows how to save what is left"
        )


def _chunks(file: BinaryIO) -> set[bytes]:
    """The names of the parts of a WebP."""
    before, size, names = file.tell(), file.seek(0, 2), set[bytes]()
    place = AFTER_FORM
    while place < size:
        file.seek(place)
        start = file.read(8)
        names.add(start[:4])
        length = int.from_bytes(start[4:], "little")
        place += 8 + length + length % 2
    file.seek(before)
    return names
