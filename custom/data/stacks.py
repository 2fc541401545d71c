"""Stacks of pages in one TIFF, as the ISBI 2012 challenge and microscopes write them, as images that any reader takes."""

import os
import tempfile
import warnings
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageSequence

from custom.data.cache_folder import cache_folder


def is_stack(path: Path) -> bool:
    """Whether a TIFF holds several pages of one size; not so a broken file, or a slide with its smaller copies."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            return getattr(image, "n_frames", 1) > 1 and len({page.size for page in ImageSequence.Iterator(image)}) == 1
    except Exception:  # decoders of broken files raise anything
        return False


def unpacked_stack(path: Path) -> Path:
    """The folder with the pages of a TIFF as `0.png`, `1.png` …, in the user's cache; made on first use, whole or not at all.

    Pages of floating-point numbers, which PNG cannot hold, become `0.tif`, `1.tif` …

    Raises:
        ValueError: if the file cannot be read.
    """
    folder = cache_folder() / f"stack-{path.stem}-{sha256(path.read_bytes()).hexdigest()[:12]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            pages = Path(temporary, "pages")
            pages.mkdir()
            _write_pages(path, pages)
            try:
                os.rename(pages, folder)
            except OSError:
                if not folder.is_dir():  # else another process was first
                    raise
    return folder


def _write_pages(path: Path, folder: Path) -> None:
    try:
        with Image.open(path) as stack:
            for index, page in enumerate(ImageSequence.Iterator(stack)):
                page.save(folder / f"{index}{'.tif' if page.mode == 'F' else '.png'}")
    except Exception as error:
        raise ValueError(f"{path}: cannot be read as a stack of pages: {error}") from None
