"""A data set looked at file by file: headers first and, where these are sound, pixels."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from custom.data.finite import MEND, unusable
from custom.data.image_doubts import ImageDoubts
from custom.data.label_doubts import LabelDoubts
from custom.data.label_values import inverted, problem_with
from custom.data.pages import page_of, pages_of
from custom.data.pairing import Pairing
from custom.data.pairs import read_pair
from custom.data.palettes import Palettes
from custom.data.patients import patients_of
from custom.data.report import Report
from custom.data.segments import SegmentNumbers
from custom.files import LABEL_CHANNELS, Image, read_image, read_label, split_suffix
from custom.text.printable import printable


class Inspection:
    """The report on a data set as it grows.

    Args:
        folder: where the images lie.
        in_channels: how many channels an image should have; None to not ask.
        num_classes: 1 for masks, K for labels of 0 to K-1.
        instances: whether masks number objects.
        label_geometry: "file" if labels must lie where their images do, "image" if they are taken to.
        ignore_label: a value of masks for pixels that are not judged; None for none.
    """

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
        self.palettes, self.segments = Palettes(), SegmentNumbers()
        self.num_pixels, self.num_marked = 0, 0
        self.doubts, self.label_doubts = ImageDoubts(), LabelDoubts(instances)

    def problem(self, path: Path, message: str) -> None:
        """Adds a line."""
        self.report.problems.append(f"{self.name(path)}: {printable(message)}")

    def name(self, path: Path) -> str:
        """The path within the folder."""
        return printable(path.relative_to(self.report.folder))

    def pairs(self, found: Pairing, suffix: str, with_fields: bool) -> None:
        """Looks at all images with their labels, whose names should end with the suffix, and at labels without image."""
        seen: list[tuple[Path, Path]] = []
        for name, image in sorted(found.images.items()):
            if self.is_second_copy(image):
                continue
            label = found.labels.get(name) or found.label_root / f"{name}{suffix}{split_suffix(image.name)[1]}"
            field = found.fields.get(name)
            if with_fields and field is None:
                self.problem(image, "no mask of the field of view of that name")
            for page_name, page, label_page in pages_of(name, image, label):
                seen.append((name, page_name))
                self.pair(page, label_page, field and page_of(field, page))
        for name in sorted(found.labels.keys() - found.images.keys()):
            if not self.is_second_copy(found.labels[name]):
                self.problem(found.labels[name], "orphan mask: its image is missing")
        self.report.patients.update(patients_of(seen, len(found.images)))
        self.marks_something()
        self.report.notes += self.doubts.notes()

    def is_second_copy(self, path: Path) -> bool:
        """Whether a file lies in the second copy of the LGG set that its archive holds."""
        return "kaggle_3m" in path.relative_to(self.report.folder).parts

    def pair(self, image: Path, label: Path, field: Path | None) -> None:
        """Counts an image and its masks, from their headers first and, where these are sound, from their pixels."""
        headers, problems = read_pair(image, label, field, **self.headers)
        for path, message in problems:
            self.problem(path, message)
        self.report.num_images += 1
        if image in headers:
            self.report.sizes[headers[image].size] += 1
            self.report.channels[headers[image].channels] += 1
            self.read(image, read_image, self.image_pixels)
        if label in headers and headers[label].channels in LABEL_CHANNELS:
            self.read(label, read_label, self.mask_pixels)
            self.doubts.compare(self.name(image), headers.get(image, headers[label]), headers[label])
            if told := self.segments.disagreement(label, headers[label]):
                self.problem(label, told)
        if field in headers and headers[field].channels in LABEL_CHANNELS:
            self.read(field, read_label, self.numbers)

    def marks_something(self) -> None:
        """Looks whether training would refuse the masks of a sound data set, since all are empty, or they mark nearly all."""
        marks = self.report.label_values.keys() - {0, self.values["ignore_label"]}
        if self.report.num_images > 1 and not marks and not self.report.problems:
            self.report.problems.append("all masks mark nothing: they are 0 everywhere; a network would learn to mark nothing")
        is_mask = self.values["binary"] and not self.values["instances"]
        doubt = inverted(self.num_marked / max(self.num_pixels, 1)) if is_mask else ""
        self.report.notes += [*filter(None, [doubt]), *self.label_doubts.notes()]

    def read(self, path: Path, read: Callable[[Path], Image], look: Callable[[Path, Image], None]) -> None:
        """Looks at the pixels of a file, or tells why they cannot be read."""
        try:
            image = read(path)
        except ValueError as error:
            self.problem(path, str(error))
        else:
            look(path, image)

    def image_pixels(self, path: Path, image: Image) -> None:
        """Looks for NaN and its like, and notes an image that was there before; blank images may repeat."""
        self.doubts.look(self.name(path), image)
        self.numbers(path, image)
        pixels = image.values
        digest = sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        first = self.first_with.setdefault(digest, path)
        if first != path and pixels.min() != pixels.max():
            self.report.notes.append(f"{self.name(path)}: duplicate of {self.name(first)}: the same pixels")

    def numbers(self, path: Path, image: Image) -> None:
        """Looks for NaN and its like."""
        if wrong := unusable(image.values):
            self.problem(path, f"holds {wrong}; {MEND}")

    def mask_pixels(self, path: Path, label: Image) -> None:
        """Counts the values of a mask, and looks for those that it must not hold."""
        pixels, values = label.values, np.unique(label.values).tolist()
        self.report.add_label(values)
        self.label_doubts.look(self.name(path), label, values)
        judged = pixels[pixels != self.values["ignore_label"]]
        self.num_pixels += judged.size
        self.num_marked += int(np.count_nonzero(judged))
        for wrong in filter(None, (problem_with(values, **self.values), self.palettes.disagreement(path, values))):
            self.problem(path, wrong)
