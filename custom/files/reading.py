"""The one way in which all parts of this package read a file, of whatever format."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from custom.files.errors import errors_in_one_line
from custom.files.formats import format_of
from custom.files.kinds import Header, Image, split_page
from custom.files.labels import one_channel, whole_numbers
from custom.files.lossy import check_unblurred
from custom.files.no_data import least_for_no_data
from custom.files.rounding import check_rounding

HEADERS_KEPT = 65536


def count_pages(path: str | Path) -> int:
    """How many images a file holds.

    Raises:
        ValueError: if the header is refused.
    """
    return _header(Path(path)).pages


def read_header(path: str | Path) -> Header:
    """Size, channels, type and place of an image, without decoding its pixels; `stack.tif[3]` is a page.

    A header is read once, as long as its file does not change.

    Raises:
        ValueError: in one line without the file's name, if it is missing, empty, of no known format, holds several pages of
            which none is named, ends early, claims more than memory holds, or its values are no numbers. What only decoding
            shows, such as a broken compressed stream, `read_image` finds.
    """
    file, page = split_page(path)
    header = _header(file)
    _check_page(header, page)
    return header


def read_image(path: str | Path) -> Image:
    """Header and values of an image, in one opening of its file; where it declares that there are no data, the least value.

    Raises:
        ValueError: if the header is refused, the file cannot be decoded to its end, or 32-bit floats cannot tell values apart.
    """
    image = _image(path)
    values = least_for_no_data(image.values, image.no_data)
    check_rounding(values, image.header.channels)
    return replace(image, values=values)


def read_pixels(path: str | Path) -> NDArray[Any]:
    """All values: (H, W) or (H, W, C) of a picture, (X, Y, Z) or (X, Y, Z, C) of a volume.

    Raises:
        ValueError: if `read_image` refuses the file.
    """
    return read_image(path).values


def read_label(path: str | Path) -> Image:
    """Header and values of a label: of one channel, or of three that are equal; values nearly whole are whole.

    A number that stands for no data stays: in masks it is often 0, the background.

    Raises:
        ValueError: if `read_image` refuses the file, the label has several channels that differ, or JPEG blurred its numbers.
    """
    label = one_channel(_image(path))
    check_unblurred(label)
    return replace(label, values=whole_numbers(label.values))


def _image(path: str | Path) -> Image:
    file, page = split_page(path)
    with _readable(file):
        image = format_of(file).image(file, page or 0)
        _check_page(image.header, page)
        return image


def _header(file: Path) -> Header:
    with _readable(file) as changed_ns:
        return _header_at(file, changed_ns)


@lru_cache(maxsize=HEADERS_KEPT)
def _header_at(file: Path, changed_ns: int) -> Header:
    return format_of(file).header(file)


@contextmanager
def _readable(file: Path) -> Iterator[int]:
    """When a file was changed; what prevents its reading is one line."""
    with errors_in_one_line(file):
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise ValueError("is no regular file; name one that is")
        if stat.S_ISREG(status.st_mode) and status.st_size == 0:
            raise ValueError("empty file (0 bytes); copy it again")
        yield status.st_mtime_ns


def _check_page(header: Header, page: int | None) -> None:
    if page is None and header.pages > 1:
        raise ValueError(f"holds {header.pages} pages; save each as a file of its own")
    if page is not None and page >= header.pages:
        raise ValueError(f"holds {header.pages} pages, numbered from 0; there is no page {page}")
