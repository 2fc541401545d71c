"""The files of one image's prediction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom.disk_full import DiskFullError
from custom.figures import COLOURS, grey_picture, outlined
from custom.files import read_header, read_image
from custom.files.results import (
    Put,
    mask_suffix,
    probability_suffix,
    write_instances,
    write_mask,
    write_picture,
    write_probabilities,
)
from custom.files.shown_slice import shown_slice
from custom.handlers.object_sizes import object_sizes
from custom.loading.tolerant import FAILURE, SHOWN, reason
from custom.transforms.expected_overlap import EXPECTED
from custom.transforms.instances import connected_instances
from custom.transforms.meta import plain
from custom.whole_file import NewFile


class Written(NamedTuple):
    """What became of an image.

    Attributes:
        files: those that are written, none if something failed.
        failure: why, or empty.
        facts: what the report tells of it: sizes of `object_sizes`, and the `expected` sums if they are known.
    """

    files: list[Path]
    failure: str = ""
    facts: Mapping[str, Any] = {}


class ResultFiles:
    """Writes the results of images; its arguments are those of `PredictionWriter`."""

    def __init__(
        self, output_dir: Path, num_classes: int, instances: bool, overlays: bool, min_size_px: int, border_class: int
    ) -> None:
        self.output_dir = output_dir
        self.num_classes = num_classes
        self.instances = instances
        self.overlays = overlays
        self.instances_settings = {"min_size_px": min_size_px, "border_class": border_class}

    def write(self, items: Sequence[Mapping[str, Any]], outputs: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Writes the files of some images, which wait for the disk together.

        Raises:
            DiskFullError: if the disk is full.
        """
        with ExitStack() as unfinished:
            begun = [self.begin(item, output, unfinished) for item, output in zip(items, outputs, strict=True)]
            return [_finished(*one) for one in begun]

    def begin(self, item: Mapping[str, Any], output: Mapping[str, Any], unfinished: ExitStack) -> tuple[Written, list[NewFile]]:
        """What will become of an image, once its new files are finished.

        Args:
            item: the image.
            output: what the network made of it.
            unfinished: takes what becomes of new files that are not finished.

        Raises:
            DiskFullError: if the disk is full.
        """
        if output.get(FAILURE):
            return Written([], output[FAILURE]), []
        new: list[NewFile] = []
        facts: dict[str, Any] = {}

        def put(path: Path, content: bytes) -> None:
            new.append(NewFile(path, content))
            unfinished.callback(new[-1].discard)

        files: list[Path] = []
        try:
            for file in self._written(item["image"], str(self.output_dir / item["name"]), output, facts, put):
                files.append(file)
        except Exception as error:  # one odd image must not end the others
            return _failed(files, error), []
        return Written(files, "", facts), new

    def _written(self, image: str, stem: str, output: Mapping[str, Any], facts: dict[str, Any], put: Put) -> Iterator[Path]:
        """Each file, when it is written or put; and what there is to tell of the image."""
        labels = plain(output["pred"])[0].cpu().numpy()
        write_mask(labels, path := Path(f"{stem}_mask{mask_suffix(image)}"), image, self.num_classes, put)
        yield path
        instances = None
        if self.instances:
            instances = connected_instances(labels, **self.instances_settings)
            write_instances(instances, path := Path(f"{stem}_instances{mask_suffix(image)}"), image, put)
            yield path
        border = self.instances_settings["border_class"]
        facts |= object_sizes(labels, instances, read_header(image).affine, border)
        if EXPECTED in output:
            facts["expected"] = output[EXPECTED].tolist()
        if "probability" in output:
            probabilities = plain(output["probability"]).cpu().numpy()
            write_probabilities(probabilities, path := Path(f"{stem}_probability{probability_suffix(image)}"), image, put)
            yield path
        if "uncertainty" in output:
            variance = plain(output["uncertainty"]).cpu().numpy()
            write_probabilities(variance, path := Path(f"{stem}_uncertainty{probability_suffix(image)}"), image, put)
            yield path
        if self.overlays:
            write_picture(self._overlay(image, labels, output), COLOURS, path := Path(f"{stem}_overlay.png"), put)
            yield path

    def _overlay(self, image: str, labels: NDArray[Any], output: Mapping[str, Any]) -> NDArray[np.uint8]:
        if SHOWN in output:
            return outlined(np.asarray(output[SHOWN]), labels.T)
        shown, mask = shown_slice(read_image(image), labels)
        return outlined(grey_picture(shown), mask)


def _finished(written: Written, new: Sequence[NewFile]) -> Written:
    try:
        for file in new:
            file.finish()
    except Exception as error:
        return _failed(written.files, error)
    return written


def _failed(files: Sequence[Path], error: Exception) -> Written:
    """What becomes of an image of which some files may be written."""
    for file in files:
        file.unlink(missing_ok=True)
    if isinstance(error, DiskFullError):
        raise error
    return Written([], reason(error))
