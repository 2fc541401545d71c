"""What is wrong with a data set, found before training rather than by it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.data.datalists import kaggle_folder
from custom.data.image_files import read_pixels, split_name
from custom.data.pairing import Pairing, challenge_stacks, pair_files
from custom.data.pairs import leads_out, read_pair
from custom.data.report import Report, some
from custom.data.stacks import unpacked_stack

SHOWN_PROBLEMS = 5


def quick_check(items: Sequence[Mapping[str, Any]], *, in_channels: int | None = None) -> None:
    """Makes sure, without decoding a pixel, that training can read what a datalist names.

    Every file is there, lies below the folder that all share (no symlink leads out), is neither empty nor visibly truncated;
    image and mask have one size, and the mask one channel. `check_dataset` also looks at the pixels.

    Args:
        items: dictionaries with the paths of `"image"` and `"label"`.
        in_channels: how many channels each image must have; None to not ask.

    Raises:
        ValueError: with a line for each of the first problems and the number of the others, or if there are no items.
    """
    if not items:
        raise ValueError("items: the datalist is empty")
    pairs = [(Path(item["image"]), Path(item["label"])) for item in items]
    folder = os.path.commonpath([path.parent for pair in pairs for path in pair])
    problems = [problem for pair in pairs for problem in read_pair(*pair, folder=folder, in_channels=in_channels)[1]]
    if problems:
        lines = [f"{path}: {message}" for path, message in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            lines.append(f"and {len(problems) - SHOWN_PROBLEMS} more problems")
        raise ValueError(";\n".join([*lines, f"`python -m custom check {folder}` lists all"]))


def check_dataset(
    dataset_dir: str | Path,
    *,
    in_channels: int = 3,
    num_classes: int = 1,
    instances: bool = False,
    image_folder: str = "",
    label_folder: str = "",
    image_suffix: str = "",
    label_suffix: str = "_mask",
) -> Report:
    """Reads every `<name>.<ext>` and `<name>_mask.<ext>` (tif, tiff, png, jpg, jpeg, nii, nii.gz), nested too, and reports.

    Where two folders `custom.data.pairing` knows hold images and labels, those of one name are pairs. Of the stacks of the
    ISBI 2012 challenge each page is an image; `train-labels.tif[0]` is the first.

    Args:
        dataset_dir: the folder; of the LGG set any that `kaggle_lgg` takes, of whose copies only one is read.
        in_channels: how many channels an image should have.
        num_classes: 1 for masks of {0, 1} or {0, 255}; from 2, masks hold whole numbers below it.
        instances: whether masks hold any whole numbers instead, one for each object.
        image_folder: as for `folder_images`, like what follows.
        label_folder: see there.
        image_suffix: see there.
        label_suffix: see there.

    Raises:
        ValueError: if an argument is out of range, the folder or one in it does not exist or holds no images, or it is not
            clear what is a pair.
    """
    for name, value in {"in_channels": in_channels, "num_classes": num_classes}.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if not Path(dataset_dir).is_dir():
        raise ValueError(f"no folder {str(dataset_dir)!r}")
    check = _Check(Path(dataset_dir), in_channels, num_classes, instances)
    found = pair_files(check.report.folder, image_folder, label_folder, image_suffix, label_suffix)
    label_of, orphans = check.labels_by_image(found, label_suffix)
    if not label_of and not orphans and not check.report.problems:
        raise ValueError(f"{str(dataset_dir)!r} holds no images (tif, tiff, png, jpg, jpeg, nii, nii.gz)")
    for image in sorted(label_of):
        check.pair(image, label_of[image])
    for orphan in sorted(orphans):
        check.problem(orphan, "orphan mask: its image is missing")
    return check.report


class _Check:
    """The report as it grows, with what is needed to write the next line of it."""

    def __init__(self, top: Path, in_channels: int, num_classes: int, instances: bool) -> None:
        self.top = top
        self.report = Report(kaggle_folder(top) or top)
        self.in_channels = in_channels
        self.num_classes = num_classes
        self.instances = instances
        self.first_with: dict[bytes, Path] = {}
        self.stack_of = {unpacked_stack(stack): stack for stack in challenge_stacks(self.report.folder)}

    def problem(self, path: Path, message: str) -> None:
        """Adds a line."""
        self.report.problems.append(f"{self.name(path)}: {message}")

    def name(self, path: Path) -> str:
        """The path within the folder; of a page its stack and index."""
        stack = self.stack_of.get(path.parent)
        return f"{stack.name}[{path.stem}]" if stack else str(path.relative_to(self.report.folder))

    def image_files(self) -> Iterator[Path]:
        """All of a known suffix; of the LGG set without the second copy that a nested `kaggle_3m` is."""
        for directory, folders, files in os.walk(self.report.folder):
            for folder in filter(os.path.islink, (os.path.join(directory, name) for name in folders)):
                if leads_out(folder, self.top):
                    self.problem(Path(folder), "is a symlink out of the folder")
            folders[:] = [name for name in folders if name != "kaggle_3m" or kaggle_folder(self.top) is None]
            yield from (Path(directory, name) for name in files if split_name(name)[1] and not name.startswith("."))

    def labels_by_image(self, found: Pairing, label_suffix: str) -> tuple[dict[Path, Path], set[Path]]:
        """Where the label of each image is, or should be; and the labels of no image."""
        beside = found.image_root == found.label_root
        files = set(self.image_files()) if beside else {*found.images.values(), *found.labels.values()}
        label_of = {
            path: found.labels.get(
                name, found.label_root / name.with_name(f"{name.name}{label_suffix * beside}{split_name(path)[1]}")
            )
            for name, path in found.images.items()
            if path in files
        }
        return label_of, {path for name, path in found.labels.items() if name not in found.images and path in files}

    def pair(self, image: Path, label: Path) -> None:
        """Counts an image and its mask, from their headers first and, where these are sound, from their pixels."""
        folder = image.parent.parent if image.parent in self.stack_of else self.top
        headers, problems = read_pair(image, label, folder=folder, in_channels=self.in_channels)
        for path, message in problems:
            self.problem(path, message)
        self.report.num_images += 1
        stem, _ = split_name(image)
        self.report.patients.add(image.parent.name if stem.rpartition("_")[0] == image.parent.name else stem)
        if image in headers:
            self.report.sizes[headers[image].size] += 1
            self.report.channels[headers[image].channels] += 1
            self.read(image, self.image_pixels)
        if label in headers and headers[label].channels == 1:
            self.read(label, self.mask_pixels)

    def read(self, path: Path, look: Callable[[Path, NDArray[Any]], None]) -> None:
        """Looks at the pixels of a file, or tells why they cannot be read."""
        try:
            pixels = read_pixels(path)
        except ValueError as error:
            self.problem(path, str(error))
        else:
            look(path, pixels)

    def image_pixels(self, path: Path, pixels: NDArray[Any]) -> None:
        """Looks for NaN, and for an image that was there before; blank images may repeat."""
        if not np.isfinite(pixels).all():
            self.problem(path, "holds NaN or infinite values")
        digest = sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        first = self.first_with.setdefault(digest, path)
        if first != path and pixels.min() != pixels.max():
            self.problem(path, f"duplicate of {self.name(first)}: the same pixels")

    def mask_pixels(self, path: Path, pixels: NDArray[Any]) -> None:
        """Counts the values of a mask, and looks for those that it must not hold."""
        values = np.unique(pixels).tolist()
        self.report.label_values.update(values)
        self.report.num_empty_masks += values == [0]
        allowed, expected = [{0, 1}, {0, 255}], "{0, 1} or {0, 255}"
        if self.num_classes > 1:
            allowed, expected = [set(range(self.num_classes))], f"whole numbers below num_classes={self.num_classes}"
        if self.instances:
            allowed, expected = [{value for value in values if value >= 0 and value == int(value)}], "whole numbers from 0"
        if not any(set(values) <= sound for sound in allowed):
            self.problem(path, f"wrong mask values {some(values)}; expected {expected}")
