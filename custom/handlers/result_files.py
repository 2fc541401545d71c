"""The files of one image's prediction."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom.figures import COLOURS, grey_picture, outlined
from custom.files import read_header, read_image
from custom.files.results import (
    mask_suffix,
    probability_suffix,
    write_instances,
    write_mask,
    write_picture,
    write_probabilities,
)
from custom.files.shown_slice import shown_slice
from custom.loading.tolerant import FAILURE, SHOWN, reason
from custom.report.object_sizes import object_sizes
from custom.storage.disk_full import DiskFullError
from custom.transforms.expected_overlap import EXPECTED
from custom.transforms.instances import connected_instances
from custom.transforms.meta import plain


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
    """Writes the results of images.

    Args:
        output_dir: folder of the results.
        num_classes: 1 for masks, otherwise the number of labels.
        instances: whether to number the connected components of the mask in a file of 16 bits.
        overlays: whether to draw the contour of the prediction on the image.
        min_size_px: instances of fewer pixels are dropped, ≥ 0.
        border_class: class of the mask that parts touching cells; 0 for none.
    """

    def __init__(
        self, output_dir: Path, num_classes: int, instances: bool, overlays: bool, min_size_px: int, border_class: int
    ) -> None:
        self.output_dir = output_dir
        self.num_classes = num_classes
        self.instances = instances
        self.overlays = overlays
        self.instances_settings = {"min_size_px": min_size_px, "border_class": border_class}

    def write(self, item: Mapping[str, Any], output: Mapping[str, Any]) -> Written:
        """Writes the files of an image.

        Raises:
            DiskFullError: if the disk is full.
        """
        if output.get(FAILURE):
            return Written([], output[FAILURE])
        files: list[Path] = []
        facts: dict[str, Any] = {}
        try:
            for file in self._written(item["image"], str(self.output_dir / item["name"]), output, facts):
                files.append(file)
        except Exception as error:  # one odd image must not end the others
            for file in files:
                file.unlink(missing_ok=True)
            if isinstance(error, DiskFullError):
                raise
            return Written([], reason(error))
        return Written(files, "", facts)

    def _written(self, image: str, stem: str, output: Mapping[str, Any], facts: dict[str, Any]) -> Iterator[Path]:
        """Each file, when it is written; and what there is to tell of the image."""
        labels = plain(output["pred"])[0].cpu().numpy()
        write_mask(labels, path := Path(f"{stem}_mask{mask_suffix(image)}"), image, self.num_classes)
        yield path
        instances = None
        if self.instances:
            instances = connected_instances(labels, **self.instances_settings)
            write_instances(instances, path := Path(f"{stem}_instances{mask_suffix(image)}"), image)
            yield path
        border = self.instances_settings["border_class"]
        facts |= object_sizes(labels, instances, read_header(image).affine, border)
        if EXPECTED in output:
            facts["expected"] = output[EXPECTED].tolist()
        if "probability" in output:
            probabilities = plain(output["probability"]).cpu().numpy()
            write_probabilities(probabilities, path := Path(f"{stem}_probability{probability_suffix(image)}"), image)
            yield path
        if "uncertainty" in output:
            variance = plain(output["uncertainty"]).cpu().numpy()
            write_probabilities(variance, path := Path(f"{stem}_uncertainty{probability_suffix(image)}"), image)
            yield path
        if self.overlays:
            write_picture(self._overlay(image, labels, output), COLOURS, path := Path(f"{stem}_overlay.png"))
            yield path

    def _overlay(self, image: str, labels: NDArray[Any], output: Mapping[str, Any]) -> NDArray[np.uint8]:
        if SHOWN in output:
            return outlined(np.asarray(output[SHOWN]), labels.T)
        shown, mask = shown_slice(read_image(image), labels)
        return outlined(grey_picture(shown), mask)
