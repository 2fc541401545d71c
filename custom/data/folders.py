"""Anyone's images and masks as a datalist: in two folders, or side by side."""

import re
from pathlib import Path

from custom.data.complete import check_complete, no_pairs
from custom.data.datalist import Slice
from custom.data.names import Names
from custom.data.pages import page_of, pages_of
from custom.data.pairing import Pairing, pair_files, paired
from custom.data.pairs import quick_check
from custom.data.patients import patients_of


def folder_images(
    dataset_dir: str | Path,
    in_channels: int | None = None,
    image_folder: str = "",
    label_folder: str = "",
    image_suffix: str = "",
    label_suffix: str = "",
    field_folder: str = "",
    field_suffix: str = "",
    ignore_outside: bool = True,
    label_geometry: str = "file",
    patient_pattern: str = "",
    only_pairs: bool = False,
) -> list[Slice]:
    """Images with their labels, by name in numeric order, each with a label of the same name.

    Looked for are, in this order: the stacks `train-volume.tif` and `train-labels.tif` of the ISBI 2012 challenge; folders
    `<id>/images` and `<id>/masks` with a file an object, as Kaggle serves the 2018 Data Science Bowl; `image_folder` and
    `label_folder` if they are given; one folder called images, image or imgs and one called labels, label, masks, mask,
    instances, ground_truth, groundtruth, gt, manual, manual1 or 1st_manual, in capitals or not; `<name><label_suffix>.<ext>`
    beside `<name><image_suffix>.<ext>`. A label may differ from its image in format. Folders below are searched too, and links
    are followed. Each page of a TIFF is an image, its label the same page of the label's file. Images of one folder below, and
    pages of one file, bear its name as `patient_id`, so that a split keeps them together, or that of a folder above which
    `custom.data.patients` tells as the patient's; other images, and the pages of a data set of one file, bear their own.

    Args:
        dataset_dir: the folder.
        in_channels: channels that each image must have; None to not ask.
        image_folder: name of the images' folder in `dataset_dir`; with `*` for any text, such as `*/image` beside `*/label`, of
            the folders of all patients; with `**` at its end, as in `scans/**`, of a folder whose files are told by their names
            alone, whatever folders below they lie in.
        label_folder: name of the labels' folder in `dataset_dir`.
        image_suffix: what the name of every image ends with, such as `_0000`, and its label's does not; other files are none.
            A suffix may be a pattern, with `*` for what image and label have in common: `img_*` with `mask_*`; a further `*`
            stands for any text.
        label_suffix: what a label's name may end with in a folder of its own, and must beside its image; if empty, `_mask`, or
            `_masks` or `_cp_masks` as Cellpose writes, or `.seg` as 3D Slicer does. Files without it and without an image of
            their name are no labels.
        field_folder: name of the folder of masks of the field of view, 0 where an image is not judged; it may be the images'.
            A mask of one page holds for all pages of its image.
        field_suffix: what the names of these masks end with.
        ignore_outside: whether what lies outside the field of view is not judged; if not, its labels are as good as others.
        patient_pattern: regular expression, whose first group in the name of an image is its patient, such as `(.+)_[0-9]+` for
            `anna_12`; names that it does not fit are patients of their own. With a `/` it is for an image's path below its
            folder, such as `(.+)_[0-9]+/.*` for `anna_1/flair`.
        only_pairs: whether images without a label, and labels without an image, are left out rather than refused.
        label_geometry: `"file"` if a volume's label must lie where its image does; `"image"` if it is taken to, voxel by voxel.

    Raises:
        ValueError: if there is no such folder, no image, an image without label, a label without image, or a file that is
            broken or does not fit; the message names it.
    """
    root = Path(str(dataset_dir)).expanduser()
    if not dataset_dir or not root.is_dir():
        raise ValueError(f"dataset_dir: {no_folder(dataset_dir)}")
    names = Names(image_folder, label_folder, image_suffix, label_suffix, field_folder, field_suffix)
    found = pair_files(root, names)
    if not ignore_outside:
        found = found._replace(fields={})
    if only_pairs and found.images:
        found = paired(found)
        if not found.images:
            raise ValueError(f"dataset_dir: {no_pairs(root)}")
    check_complete(root, found, ignore_outside and bool(field_folder or field_suffix))
    items = _items(found, _compiled(patient_pattern))
    quick_check(items, in_channels=in_channels, label_geometry=label_geometry)
    return items


def _compiled(pattern: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"patient_pattern must be a regular expression, got {pattern!r}: {error}") from None
    if compiled.groups < 1:
        raise ValueError(f"patient_pattern must have a group for the patient, such as (.+)_[0-9]+, got {pattern!r}")
    return compiled


def _patient(name: Path, pattern: re.Pattern[str] | None) -> str:
    whole = pattern is not None and "/" in pattern.pattern
    match = pattern.fullmatch(name.as_posix() if whole else name.name) if pattern else None
    return str(Path(match[1]) if whole else name.with_name(match[1])) if match and match[1] else ""


def _items(found: Pairing, pattern: re.Pattern[str] | None) -> list[Slice]:
    files = [(name, found.place(name), image, found.labels[name]) for name, image in found.images.items()]
    pages = [(name, place, *page) for name, place, image, label in files for page in pages_of(place, image, label)]
    patients = patients_of([(place, page_name) for _, place, page_name, *_ in pages], len(found.images))
    items: list[Slice] = []
    for (name, place, _, page, label), patient in zip(pages, patients, strict=True):
        item: Slice = {
            "image": str(page),
            "label": str(label),
            "patient_id": _patient(place, pattern) or patient,
            "slice_index": len(items),
        }
        items.append({**item, "field": str(page_of(found.fields[name], page))} if found.fields else item)
    return items


def no_folder(path: str | Path) -> str:
    """What is wrong with a path that is no folder of images and labels, and how to mend it."""
    if Path(path).expanduser().is_file():
        return f"{str(path)!r} is a file; name the folder that holds the images and labels"
    return f"no folder {str(path)!r}; name one with images and labels"
