"""A list of transforms, parted into those that run image by image and steps for whole batches."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from monai.transforms import Compose, Identityd

from custom.transforms.batch.grey_step import GreyStep
from custom.transforms.batch.placement import Affine, Elastic, SpatialStep
from custom.transforms.batch.reading import read_step, sampling_modes

IMAGE = "image"


@dataclass
class Program:
    """Transforms `per_item`, then steps that move pixels of the keys of `modes`, then steps that change the image's values."""

    per_item: list[Any] = field(default_factory=list)
    spatial: list[SpatialStep] = field(default_factory=list)
    grey: list[GreyStep] = field(default_factory=list)
    modes: dict[str, str] = field(default_factory=dict)


def read_program(transforms: Sequence[Any]) -> Program:
    """The program of random transforms: as many as can from the last one on are steps for batches, all others run per item.

    Steps that move pixels stand before those that change values, and an elastic one is the last of them. A transform that is
    no such step, or out of this order, runs per item, and with it all before it; if some of those could have been steps, a
    warning names it.
    """
    program = Program(flattened(transforms))
    while program.per_item and _takes(program, program.per_item[-1]):
        program.per_item.pop()
    left = sum(read_step(transform) is not None for transform in program.per_item)
    if left:
        name = type(program.per_item[-1]).__name__
        warnings.warn(
            f"{name} is not done to whole batches here, nor are the {left} transforms before it that could be", stacklevel=2
        )
    return program


def flattened(transforms: Sequence[Any]) -> list[Any]:
    """The transforms, with those of nested `Compose`s in their place."""
    parts = [flattened(each.transforms) if type(each) is Compose else [each] for each in transforms]
    return [each for part in parts for each in part]


def _takes(program: Program, transform: Any) -> bool:
    """Puts the transform's step in front of the program's, if there is one and it may stand there."""
    if type(transform) is Identityd:
        return True
    step = read_step(transform)
    if isinstance(step, SpatialStep):
        return _takes_spatial(program, step, sampling_modes(transform))
    if step is None or program.spatial or tuple(transform.keys) != (IMAGE,):
        return False
    program.grey.insert(0, step)
    return True


def _takes_spatial(program: Program, step: SpatialStep, modes: dict[str, str]) -> bool:
    known, interpolates = program.modes, isinstance(step, Affine | Elastic)
    bent = any(isinstance(other, Affine | Elastic) for other in program.spatial)
    if (program.spatial and (modes.keys() != known.keys() or isinstance(step, Elastic))) or IMAGE not in modes:
        return False
    if interpolates and bent and modes != known:
        return False
    if interpolates or not program.spatial:
        program.modes = modes
    program.spatial.insert(0, step)
    return True
