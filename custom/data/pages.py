"""The pages of a file as images of their own, and which label each has."""

from pathlib import Path

from custom.data.images import number_of_pages
from custom.files import split_page


def pages_of(name: Path, image: Path, label: Path) -> list[tuple[Path, Path, Path]]:
    """Name, image and label; of a stack of images one a page, whose label is the same page of its own stack.

    Args:
        name: path of the image relative to the folder of the images, without its suffix.
        image: its file.
        label: the file of its label.
    """
    pages = number_of_pages(image)
    if pages == 1:
        return [(name, image, label)]
    return [(name / str(page), Path(f"{image}[{page}]"), Path(f"{label}[{page}]")) for page in range(pages)]


def page_of(mask: Path, page: Path) -> Path:
    """What belongs to a page of a stack: the same page of another stack, or all of a file with one page."""
    _, number = split_page(page)
    return mask if number is None or number_of_pages(mask) == 1 else Path(f"{mask}[{number}]")
