"""Where the pixels of an augmented patch come from: flips, turns, affine maps and a displacement, composed into one.

Each step takes its pixel x, counted from the patch's centre, from another place of the step before, as MONAI's transforms do;
composed, an augmented patch is sampled once instead of once a step::

    out(x) = patch(matrix · (x + displacement(x)))        matrix = flip · turn · affine

Steps draw the same number of random values whether or not they act, so that no probability changes the draws of other steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from monai.transforms.utils import create_rotate, create_scale, create_shear, create_translate
from numpy.typing import NDArray

from custom.transforms.displacements import control_points

Matrix = NDArray[np.float64]
Range = float | tuple[float, float] | None
QUARTER_TURN = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])  # torch.rot90 of an image's rows and columns, once


class Placement(NamedTuple):
    """`matrix` (3, 3) is homogeneous, in pixels, rows first; `bent` tells whether it is more than flips and turns.

    `control` (2, rows, columns), if any, are displacements in pixels at control points.
    """

    matrix: Matrix = np.eye(3)
    bent: bool = False
    control: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Flip:
    """Mirrors all `axes` together, 0 for rows and 1 for columns."""

    prob: float
    axes: tuple[int, ...]

    def draw(self, rng: np.random.Generator, before: Placement, size_px: Sequence[int]) -> Placement:
        """The placement with the flip behind those before."""
        signs = [-1.0 if axis in self.axes else 1.0 for axis in (0, 1)]
        return before._replace(matrix=before.matrix @ np.diag([*signs, 1])) if rng.random() < self.prob else before


@dataclass(frozen=True)
class Turn:
    """Turns by 1 … `max_turns` right angles, evenly drawn."""

    prob: float
    max_turns: int

    def draw(self, rng: np.random.Generator, before: Placement, size_px: Sequence[int]) -> Placement:
        """The placement with the turn behind those before."""
        acts, turns = rng.random() < self.prob, int(rng.integers(self.max_turns)) + 1
        if not acts:
            return before
        return before._replace(matrix=before.matrix @ np.linalg.matrix_power(QUARTER_TURN, turns))


@dataclass(frozen=True)
class AffineRanges:
    """What MONAI's `RandAffineGrid` draws from, in its form: ±range, or (from, to); angles in radians, lengths in pixels."""

    rotate: tuple[Range, ...] = ()
    shear: tuple[Range, ...] = ()
    translate: tuple[Range, ...] = ()
    scale: tuple[Range, ...] = ()

    def draw(self, rng: np.random.Generator) -> Matrix:
        """A matrix (3, 3): turned, sheared, shifted and scaled, in MONAI's order."""
        matrix = np.eye(3)
        for ranges, make in ((self.rotate, create_rotate), (self.shear, create_shear), (self.translate, create_translate)):
            if drawn := [_uniform(rng, each) for each in ranges if each is not None]:
                matrix = matrix @ np.asarray(make(2, drawn))
        if drawn := [1 + _uniform(rng, each) for each in self.scale if each is not None]:
            matrix = matrix @ np.asarray(create_scale(2, drawn))
        return matrix


@dataclass(frozen=True)
class Affine:
    """A random affine map."""

    prob: float
    ranges: AffineRanges

    def draw(self, rng: np.random.Generator, before: Placement, size_px: Sequence[int]) -> Placement:
        """The placement with the map behind those before."""
        acts, matrix = rng.random() < self.prob, self.ranges.draw(rng)
        return Placement(before.matrix @ matrix, bent=True) if acts else before


@dataclass(frozen=True)
class Elastic:
    """Displacements, normal at control points with a deviation drawn from `magnitude` (px), and an affine map behind them.

    Nothing else may come behind it. `spacing_px` and the control points are those of `RandDisplacementGrid`.
    """

    prob: float
    spacing_px: tuple[float, float]
    magnitude: tuple[float, float]
    ranges: AffineRanges = field(default_factory=AffineRanges)

    def draw(self, rng: np.random.Generator, before: Placement, size_px: Sequence[int]) -> Placement:
        """The placement with the displacements behind those before."""
        acts, matrix = rng.random() < self.prob, self.ranges.draw(rng)
        control = rng.uniform(*self.magnitude) * rng.standard_normal((2, *control_points(size_px, self.spacing_px)))
        return Placement(before.matrix @ matrix, bent=True, control=control) if acts else before


SpatialStep = Flip | Turn | Affine | Elastic


def _uniform(rng: np.random.Generator, limits: float | tuple[float, float]) -> float:
    low, high = limits if isinstance(limits, Sequence) else (-limits, limits)
    return float(rng.uniform(low, high))
