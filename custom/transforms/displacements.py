"""Random displacements of pixels: vectors at control points, and bicubic interpolation between them.

::

    control points, spacing 4, of an image 9 px wide        ●───┬───●───┬───●
    (first and last lie on the image's first and last pixel)  0   2   4   6   8
"""

from collections.abc import Sequence
from typing import cast

import torch
from monai.transforms import RandDeformGrid
from monai.transforms.utils import create_grid
from monai.utils import ensure_tuple_rep
from torch import Tensor
from torch.nn.functional import interpolate


def displacement_field(control: Tensor, size_px: Sequence[int]) -> Tensor:
    """Displacements (2, H, W) by bicubic interpolation (a = −0.75) of those at the control points, (2, rows, columns).

    The control points are spread evenly from the first to the last pixel, where the field has their values; beyond the
    outermost points the interpolation sees them repeated.
    """
    return interpolate(control[None], size=tuple(size_px), mode="bicubic", align_corners=True)[0]


def control_points(size_px: Sequence[int], spacing_px: Sequence[float]) -> list[int]:
    """How many control points each axis of an image has, at least 2; the intervals' length comes nearest to the spacing."""
    return [max(round((size - 1) / step), 1) + 1 for size, step in zip(size_px, spacing_px, strict=True)]


def own_pixels(size_px: Sequence[int], device: torch.device | None = None) -> Tensor:
    """The positions (3, H, W) of an image's pixels from its centre, in homogeneous coordinates."""
    return cast(Tensor, create_grid(size_px, dtype=torch.float32, device=device, backend="torch"))


class RandDisplacementGrid(RandDeformGrid):
    """Sampling positions of an image: its own pixels plus a random `displacement_field`.

    Args:
        spacing: distance in pixels between control points, > 0, of rows and columns or of both. The image is cut into the
            whole number of equal intervals that comes nearest: of 512 px, 256 and 255.5 both make a 3×3 grid.
        magnitude_range: the standard deviation in pixels is drawn uniformly from this range at each call.
        device: where the grid is made.

    Raises:
        ValueError: if `spacing` is not positive.
    """

    def __init__(
        self, spacing: Sequence[float] | float, magnitude_range: tuple[float, float], device: torch.device | None = None
    ) -> None:
        super().__init__(spacing, magnitude_range, device)
        self.spacing_px: tuple[float, float] = ensure_tuple_rep(spacing, 2)
        if min(self.spacing_px) <= 0:
            raise ValueError(f"spacing must be a positive number of pixels, got {spacing!r}")

    def randomize(self, grid_size: Sequence[int]) -> None:
        """Draws a vector for each control point of an image of `grid_size` pixels."""
        super().randomize(control_points(grid_size, self.spacing_px))

    def __call__(self, spatial_size: Sequence[int]) -> Tensor:
        """The positions (3, H, W) in pixels from the image's centre, in homogeneous coordinates, as last drawn."""
        grid = own_pixels(spatial_size, self.device)
        control = torch.as_tensor(self.rand_mag * self.random_offset, dtype=torch.float32, device=self.device)
        grid[:2] += displacement_field(control, spatial_size)
        return grid
