"""The pages of a file as images of their own: which label each has, and whom it is of."""

from pathlib import Path

from custom.data.images import number_of_pages
from custom.files import split_page


def pages_of(name: Path, image: Path, label: Path) -> list[tuple[Path, Path, Path]]:
    """Name, image and label; of a stack of images one a page, whose label is the same page of its own stack."""
    pages = number_of_pages(image)
    if pages == 1:
        return [(name, image, label)]
    return [(name / str(page), Path(f"{image}[{page}]"), Path(f"{label}[{page}]")) for page in range(pages)]


def page_of(mask: Path, page: Path) -> Path:
    """What belongs to a page of a stack: the same page of another stack, or all of a file with one page."""
    _, number = split_page(page)
    return mask if number is None or number_of_pages(mask) == 1 else Path(f"{mask}[{number}]")


def patient_of(name: Path, page_name: Path, number_of_images: int) -> str:
    """Whom an image is of: images of one folder below are of one patient, as are the pages of one file of several.

    Args:
        name: path of the image's file, relative to the folder of the images.
        page_name: name of the image: the file's own, or that of a page.
        number_of_images: files of the data set.
    """
    alone = page_name == name or number_of_images == 1
    return str(page_name) if alone and len(page_name.parts) == 1 else str(page_name.parent)
