"""What a `dataset_dir` names for prediction: images, found by their names, and the names of their results."""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TypedDict

from custom.data.affixes import is_deep
from custom.data.names import NO_NAMES, Names, names_of_run
from custom.data.partners import partners
from custom.data.siblings import siblings
from custom.files import SUFFIXES, count_pages, files_below, format_of, in_numeric_order, is_picture, is_result, split_suffix
from custom.files.foreign import conversion_of
from custom.text.printable import printable

LONGEST_NAME = 255 - len("_probability.nii.gz")  # bytes, of what file systems take


class NamedImage(TypedDict):
    """An image to predict: its file, or a page of it, and the name of its results, relative to the folder that holds them."""

    image: str
    name: str


def list_images(dataset_dir: str | Path = "", checkpoint: Any = "") -> list[NamedImage]:
    """The images of a folder and those below it, or one file; a line on standard error tells of files that are left out.

    Left out are results of a prediction, and what belongs to an image by its name, as `custom.data.partners` and
    `custom.data.siblings` tell. Hidden files are not looked at, links are followed. Images come in the order of their numbers.
    A name is a file's path without its suffix; files of a folder that would then share one keep it: `a.png` and `a.jpg`. Of a
    TIFF with several pages each page is an image: `a.tif[0]` with the name `a/0`, and so on.

    Args:
        dataset_dir: a file or folder; empty for one patient of the simulated phantom set, which is said in one line.
        checkpoint: weights; the names of labels and folders in the set of their run, by the `config.json` beside them, count.

    Raises:
        ValueError: if there is no such file or folder, no image in it, or pages would share the names of other files.
    """
    items, left_out = found_images(dataset_dir, names_of_run(checkpoint))
    if left_out:
        print(
            f"left out as labels, masks, results or other channels by their names: {len(left_out)}, such as "
            f"{printable(left_out[0])}; rename those that are images",
            file=sys.stderr,
        )
    return items


def found_images(dataset_dir: str | Path, names: Names = NO_NAMES) -> tuple[list[NamedImage], list[Path]]:
    """What `list_images` gives, and the files that are left out, relative to the folder.

    Args:
        dataset_dir: a file or folder.
        names: how the set is known to name labels and folders.

    Raises:
        ValueError: if there is no such file or folder, no image in it, or pages would share the names of other files.
    """
    path = Path(str(dataset_dir)).expanduser() if dataset_dir != "" else _phantom_patient()
    if not path.exists():
        mend = "; fetch what is at that URL into a folder" if "://" in str(dataset_dir) else ""
        mend = "; python -m custom segment takes OME-Zarr" if mend and ".zarr" in str(dataset_dir) else mend
        raise ValueError(f"dataset_dir: no file or folder {str(dataset_dir or path)!r}{mend}")
    root, files = (path, files_below(path)) if path.is_dir() else (path.parent, iter([path]))
    pictures = sorted((file.relative_to(root) for file in files if is_picture(file)), key=in_numeric_order)
    no_results = [file for file in pictures if not is_result(file)]
    belonging = partners(no_results, names)
    belonging |= siblings(
        [file for file in no_results if file not in belonging], names.image_suffix, deep=is_deep(names.image_folder)
    )
    images = [file for file in no_results if file not in belonging]
    if not images:
        kinds = ", ".join(SUFFIXES)
        if path.is_dir() or is_picture(path):
            found, mend = "holds no images", "results such as *_mask do not count"
        else:
            found, mend = "is not in a format that is read", "name an image, or a folder of images"
        raise ValueError(f"dataset_dir: {str(path)!r} {found} ({kinds}); {conversion_of(path) or mend}")
    named = zip(images, result_names(images), strict=True)
    items = [item for image, name in named for item in _items(root / image, name)]
    _check_names(items)
    return items, [file for file in pictures if is_result(file) or file in belonging]


def _phantom_patient() -> Path:
    # Imported here, since it needs torch, which `custom.data` does without.
    from custom.data.phantom import phantom_lgg

    patient = min(folder for folder in (phantom_lgg() / "kaggle_3m").iterdir() if folder.is_dir())
    print(
        f"No dataset_dir: predicting a SIMULATED patient in {patient}; for your own: --dataset_dir FILE_OR_FOLDER",
        file=sys.stderr,
    )
    return patient


def _items(path: Path, name: str) -> list[NamedImage]:
    """The image itself, or the pages of a stack, each with its name."""
    pages = number_of_pages(path)
    if pages == 1:
        return [{"image": str(path), "name": name}]
    return [{"image": f"{path}[{page}]", "name": f"{name}/{page}"} for page in range(pages)]


def number_of_pages(path: Path) -> int:
    """How many images a file holds; 1 of a broken one, which is told when it is its turn."""
    if not format_of(path).pages:
        return 1
    try:
        return count_pages(path)
    except ValueError:
        return 1


def result_names(images: list[Path]) -> list[str]:
    """The names of the results of images: each path without its suffix, or with it where the shorter one might be another's.

    Args:
        images: paths relative to the folder that holds them.
    """
    shorter = [str(image.with_name(split_suffix(image.name)[0])) for image in images]
    # Counted in lower case, since not every file system tells `a` from `A`.
    taken = Counter(name.lower() for name in shorter) + Counter(str(image).lower() for image in images)
    return [name if taken[name.lower()] == 1 else str(image) for name, image in zip(shorter, images, strict=True)]


def _check_names(items: list[NamedImage]) -> None:
    """Makes sure that names have room for what results add, and no two are one, as of a stack `a.tif` beside a folder `a/`."""
    first: dict[str, str] = {}
    for item in items:
        if len(os.fsencode(Path(item["name"]).name)) > LONGEST_NAME:
            raise ValueError(f"dataset_dir: {item['image']}: results add to its name, so give it at most {LONGEST_NAME} bytes")
        other = first.setdefault(item["name"].lower(), item["image"])
        if other != item["image"]:
            raise ValueError(f"dataset_dir: {other} and {item['image']} would both be named {item['name']!r}; rename one")
