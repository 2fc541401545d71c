"""What is wrong with a data set, found before training rather than by it."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.data.finite import unusable
from custom.data.kaggle import kaggle_folder
from custom.data.label_values import problem_with
from custom.data.pairing import Names, Pairing, page_of, pages_of, pair_files
from custom.data.pairs import read_pair
from custom.data.report import Report
from custom.files import LABEL_CHANNELS, SUFFIXES, Image, read_image, read_label, split_page, split_suffix

IGNORED = (-1, 65535)  # as in `custom.settings.table`, which a test compares


def check_dataset(
    dataset_dir: str | Path,
    *,
    in_channels: int | None = 3,
    num_classes: int = 1,
    instances: bool = False,
    image_folder: str = "",
    label_folder: str = "",
    image_suffix: str = "",
    label_suffix: str = "",
    field_folder: str = "",
    field_suffix: str = "",
    label_geometry: str = "file",
    ignore_label: int | None = None,
) -> Report:
    """Reads every image and label that `custom.data.folder_images` or `kaggle_lgg` would train on, and reports.

    Of stacks each page is an image; `train-labels.tif[0]` is the first.

    Args:
        dataset_dir: the folder; of the LGG set any that `kaggle_lgg` takes, of whose copies only one is read.
        in_channels: how many channels an image should have; None to not ask.
        num_classes: 1 for masks of {0, 1} or {0, 255}; from 2, masks hold whole numbers below it.
        instances: whether masks hold any whole numbers instead, one for each object.
        image_folder: name of the images' folder in `dataset_dir`.
        label_folder: name of the labels' folder in `dataset_dir`.
        image_suffix: what the name of every image ends with, such as `_0000`.
        label_suffix: what the name of every label ends with, such as `_seg`.
        field_folder: name of the folder of masks of the field of view.
        field_suffix: what the names of these masks end with.
        label_geometry: `"image"` to take a volume's label voxel by voxel, wherever its header places it.
        ignore_label: a value of masks that marks pixels which are not judged; None for none.

    Raises:
        ValueError: if an argument is out of range, the folder or one in it does not exist or holds no images, or it is not
            clear what is a pair.
    """
    for name, value in {"in_channels": in_channels, "num_classes": num_classes}.items():
        if value is not None and value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if ignore_label is not None and not IGNORED[0] <= ignore_label <= IGNORED[1]:
        raise ValueError(f"ignore_label must be a whole number from {IGNORED[0]} to {IGNORED[1]}, or none, got {ignore_label}")
    if not str(dataset_dir) or not Path(dataset_dir).is_dir():
        raise ValueError(f"no folder {str(dataset_dir)!r}")
    folder = kaggle_folder(dataset_dir) or Path(dataset_dir)
    check = _Check(folder, in_channels, num_classes, instances, label_geometry, ignore_label)
    found = pair_files(folder, Names(image_folder, label_folder, image_suffix, label_suffix, field_folder, field_suffix))
    if not found.images and not found.labels:
        raise ValueError(f"{str(dataset_dir)!r} holds no images ({', '.join(SUFFIXES)})")
    check.pairs(
        found, (label_suffix or "_mask") if found.image_root == found.label_root else "", bool(field_folder or field_suffix)
    )
    return check.report


class _Check:
    """The report as it grows, with what is needed to write the next line of it."""

    def __init__(
        self,
        folder: Path,
        in_channels: int | None,
        num_classes: int,
        instances: bool,
        label_geometry: str,
        ignore_label: int | None,
    ) -> None:
        self.report = Report(folder)
        self.headers: dict[str, Any] = {"in_channels": in_channels, "label_geometry": label_geometry}
        self.values: dict[str, Any] = {
            "num_classes": num_classes, "binary": num_classes == 1, "instances": instances, "ignore_label": ignore_label,
        }  # fmt: skip
        self.first_with: dict[bytes, Path] = {}

    def problem(self, path: Path, message: str) -> None:
        """Adds a line."""
        self.report.problems.append(f"{self.name(path)}: {message}")

    def name(self, path: Path) -> str:
        """The path within the folder."""
        return str(path.relative_to(self.report.folder))

    def pairs(self, found: Pairing, suffix: str, with_fields: bool) -> None:
        """Looks at all images with their labels, whose names should end with the suffix, and at labels without image."""
        for name, image in sorted(found.images.items()):
            if self.is_second_copy(image):
                continue
            label = found.labels.get(name) or found.label_root / f"{name}{suffix}{split_suffix(image.name)[1]}"
            field = found.fields.get(name)
            if with_fields and field is None:
                self.problem(image, "no mask of the field of view of that name")
            for _, page, label_page in pages_of(name, image, label):
                self.pair(page, label_page, field and page_of(field, page))
        for name in sorted(found.labels.keys() - found.images.keys()):
            if not self.is_second_copy(found.labels[name]):
                self.problem(found.labels[name], "orphan mask: its image is missing")

    def is_second_copy(self, path: Path) -> bool:
        """Whether a file lies in the second copy of the LGG set that its archive holds."""
        return "kaggle_3m" in path.relative_to(self.report.folder).parts

    def pair(self, image: Path, label: Path, field: Path | None) -> None:
        """Counts an image and its masks, from their headers first and, where these are sound, from their pixels."""
        headers, problems = read_pair(image, label, field, **self.headers)
        for path, message in problems:
            self.problem(path, message)
        self.report.num_images += 1
        self.report.patients.add(_patient(image))
        if image in headers:
            self.report.sizes[headers[image].size] += 1
            self.report.channels[headers[image].channels] += 1
            self.read(image, read_image, self.image_pixels)
        if label in headers and headers[label].channels in LABEL_CHANNELS:
            self.read(label, read_label, self.mask_pixels)
        if field in headers and headers[field].channels in LABEL_CHANNELS:
            self.read(field, read_label, self.numbers)

    def read(self, path: Path, read: Callable[[Path], Image], look: Callable[[Path, NDArray[Any]], None]) -> None:
        """Looks at the pixels of a file, or tells why they cannot be read."""
        try:
            values = read(path).values
        except ValueError as error:
            self.problem(path, str(error))
        else:
            look(path, values)

    def image_pixels(self, path: Path, pixels: NDArray[Any]) -> None:
        """Looks for NaN and its like, and for an image that was there before; blank images may repeat."""
        self.numbers(path, pixels)
        digest = sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        first = self.first_with.setdefault(digest, path)
        if first != path and pixels.min() != pixels.max():
            self.problem(path, f"duplicate of {self.name(first)}: the same pixels")

    def numbers(self, path: Path, pixels: NDArray[Any]) -> None:
        """Looks for NaN and its like."""
        if wrong := unusable(pixels):
            self.problem(path, f"holds {wrong}")

    def mask_pixels(self, path: Path, pixels: NDArray[Any]) -> None:
        """Counts the values of a mask, and looks for those that it must not hold."""
        values = np.unique(pixels).tolist()
        self.report.label_values.update(values)
        self.report.num_empty_masks += values == [0]
        wrong = problem_with(values, **self.values)
        if wrong:
            self.problem(path, wrong)


def _patient(image: Path) -> str:
    """Whom an image is of: the patient of an LGG slice, the file of a page, or the image itself."""
    file, page = split_page(image)
    stem, _ = split_suffix(file.name)
    if page is not None:
        return str(image)
    return file.parent.name if stem.rpartition("_")[0] == file.parent.name else stem
