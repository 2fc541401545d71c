"""What MONAI's trainer calls for each batch, with augmentation."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from monai.data import MetaTensor
from monai.engines import PrepareBatch
from torch import Tensor

from custom.loading.draws import DRAW, stream
from custom.transforms.batch.fields import place_patches
from custom.transforms.batch.grey_step import Drawn
from custom.transforms.batch.placement import Placement
from custom.transforms.batch.program import IMAGE, Program, read_program

ALSO_MOVED = {"weight": "bilinear", "instances": "nearest"}


class Draws(NamedTuple):
    """What is drawn for a patch: where its pixels come from, and for each grey-value step what it needs, if it acts."""

    placement: Placement
    grey: list[Drawn | None]


class BatchAugmentation(PrepareBatch):
    """Random transforms, declared as MONAI's, done to whole batches on their device; the `prepare_batch` of MONAI's trainer.

    The transforms that `per_item` holds belong into the dataset: cropping, and what is not known here. The others keep their
    meaning, but an image is sampled once for all that moves pixels, and displacements are those of `Rand2DElasticExactd`,
    for which magnitude 0 is the identity. Augmented are the keys of the spatial transforms, and `weight` (bilinear) and
    `instances` (nearest) if they are as large as the image. All that is in place: the batch holds them, too.

    What is drawn for a patch depends on the four numbers of its `draw` alone, which `StoredSlices` gives it, and the result on
    a CPU on nothing else but the number of threads. Another device differs by rounding where it interpolates.

    Args:
        transforms: random transforms of dictionaries.
        enabled: False leaves all transforms to the dataset, where MONAI does them to one image after another.
        at_once: patches that are worked on together; 0 takes 1 on a CPU, whose cache holds one, and elsewhere all.

    Raises:
        ValueError: if `at_once` is negative; in a call, if a batch has no draws.
    """

    def __init__(self, transforms: Sequence[Any], enabled: bool = True, at_once: int = 0) -> None:
        if at_once < 0:
            raise ValueError(f"at_once must be at least 0, got {at_once!r}")
        self.program = read_program(transforms) if enabled else Program(list(transforms))
        self.at_once = at_once

    @property
    def per_item(self) -> list[Any]:
        """The transforms that belong into the dataset, in their order."""
        return self.program.per_item

    def __call__(
        self, batchdata: dict[str, Any], device: str | torch.device | None = None, non_blocking: bool = False, **kwargs: Any
    ) -> tuple[Tensor, Tensor | None]:
        """Image and label of the batch on `device`, augmented; the label is None if there is none."""
        modes = self._modes(batchdata)
        patches = {}
        for key in {IMAGE: "", **modes}:
            moved = batchdata[key].to(device, non_blocking=non_blocking, **kwargs)
            batchdata[key] = moved.float() if key == IMAGE else moved
            patches[key] = moved.as_tensor() if isinstance(moved := batchdata[key], MetaTensor) else moved
        if self.program.spatial or self.program.grey:
            self.augment(patches, self._draws(batchdata, patches[IMAGE]), modes)
        return patches[IMAGE], patches.get("label")

    def _modes(self, batchdata: dict[str, Any]) -> dict[str, str]:
        """How each key that moves is interpolated."""
        size = batchdata[IMAGE].shape[2:]
        also = {key for key in ALSO_MOVED if getattr(batchdata.get(key), "shape", ())[2:] == size}
        modes = {IMAGE: "bilinear", "label": "nearest"} | self.program.modes | {key: ALSO_MOVED[key] for key in also}
        return {key: mode for key, mode in modes.items() if key in batchdata}

    def _draws(self, batchdata: dict[str, Any], images: Tensor) -> list[Draws]:
        if DRAW not in batchdata:
            raise ValueError(f"a batch to be augmented must have '{DRAW}'; take custom.loading.StoredSlices as its dataset")
        _, channels, *size_px = images.shape
        return [self.draw(numbers, channels, size_px) for numbers in torch.as_tensor(batchdata[DRAW]).tolist()]

    def draw(self, numbers: Sequence[int], channels: int, size_px: Sequence[int]) -> Draws:
        """What the patch with these four numbers draws; `size_px` are its rows and columns."""
        rng, placement = stream(numbers), Placement()
        for move in self.program.spatial:
            placement = move.draw(rng, placement, size_px)
        chosen = rng.random(len(self.program.grey))
        drawn = [step.draw(rng, channels) for step in self.program.grey]
        acts = [chance < step.prob for chance, step in zip(chosen, self.program.grey, strict=True)]
        return Draws(placement, [each if act else None for each, act in zip(drawn, acts, strict=True)])

    def augment(self, patches: dict[str, Tensor], draws: Sequence[Draws], modes: dict[str, str]) -> None:
        """Changes patches (N, C, H, W) of each key in place, each by its draws; the image is of float32."""
        for part in self._parts(patches[IMAGE]):
            here = {key: each[part] for key, each in patches.items()}
            if self.program.spatial:
                place_patches({key: here[key] for key in modes}, [each.placement for each in draws[part]], modes)
            self._change_grey_values(here[IMAGE], [each.grey for each in draws[part]])

    def _parts(self, images: Tensor) -> Iterator[slice]:
        at_once = self.at_once or (1 if images.device.type == "cpu" else len(images))
        return (slice(start, start + at_once) for start in range(0, len(images), at_once))

    def _change_grey_values(self, images: Tensor, drawn: list[list[Drawn | None]]) -> None:
        for number, step in enumerate(self.program.grey):
            acting = [row for row, each in enumerate(drawn) if each[number] is not None]
            if not acting:
                continue
            needed = np.stack([drawn[row][number] for row in acting])  # type: ignore[misc]
            chosen = images if len(acting) == len(images) else images[acting]
            step.apply(chosen, needed)
            if chosen is not images:
                images[acting] = chosen
