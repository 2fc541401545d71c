"""Elastic deformation whose displacements, not coordinates, are interpolated between control points.

Section 3.1 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597: random displacement vectors on a coarse 3×3 grid, normal
with 10 px standard deviation, and bicubic interpolation between them::

    control points, spacing 4, of an image 9 px wide        ●───┬───●───┬───●
    (first and last lie on the image's first and last pixel)  0   2   4   6   8

MONAI 1.6.1's `Rand2DElastic` draws alike, but interpolates absolute coordinates, which bicubic convolution does not reproduce:
at magnitude 0 it moves pixels, the more the coarser the grid, and by 6 px at spacing 128. Here magnitude 0 is the identity.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

import torch
from monai.config import KeysCollection
from monai.transforms import Rand2DElastic, Rand2DElasticd, RandDeformGrid
from monai.transforms.utils import create_grid
from monai.utils import convert_to_tensor, ensure_tuple_rep, fall_back_tuple
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


def realised_displacement(transform: Rand2DElastic, size_px: tuple[int, int]) -> Tensor:
    """The field (2, H, W) in pixels by which `transform`, ours or MONAI's, moves an image of `size_px` (H, W) at its next draw.

    Measured, not asked for: the transform is applied to an image of its own coordinates, which extends beyond each side by as
    much again so that nothing is cut. The content of pixel x comes from x + displacement.
    """
    wide = _own_pixels([3 * side for side in size_px])[:2]
    moved = transform(wide, spatial_size=size_px, mode="bilinear", padding_mode="border")
    return convert_to_tensor(moved, track_meta=False) - _own_pixels(size_px)[:2]


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
        grid = _own_pixels(spatial_size, self.device)
        control = torch.as_tensor(self.rand_mag * self.random_offset, dtype=torch.float32, device=self.device)
        grid[:2] += displacement_field(control, spatial_size)
        return grid


class Rand2DElasticExact(Rand2DElastic):
    """MONAI's `Rand2DElastic`, except that magnitude 0 is the identity and `randomize=False` repeats the last draw.

    The paper's: `spacing` (size - 1) / 2 for a 3×3 grid, `magnitude_range` (10, 10), `prob` 1.

    Args:
        spacing: distance in pixels between control points, > 0, of rows and columns or of both.
        magnitude_range: range from which the standard deviation in pixels is drawn at each call.
        *args: further arguments of MONAI's transform, in its order.
        **kwargs: `prob`, `rotate_range`, `shear_range`, `translate_range`, `scale_range`, `spatial_size`, `mode`,
            `padding_mode`, `device`.
    """

    def __init__(
        self, spacing: tuple[float, float] | float, magnitude_range: tuple[float, float], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(spacing, magnitude_range, *args, **kwargs)
        self.deform_grid = RandDisplacementGrid(spacing, magnitude_range, self.device)

    def __call__(
        self,
        img: Tensor,
        spatial_size: tuple[int, int] | int | None = None,
        mode: str | int | None = None,
        padding_mode: str | None = None,
        randomize: bool = True,
    ) -> Tensor:
        """The deformed image, (C, H, W) in float32; the arguments are MONAI's."""
        size_px = fall_back_tuple(self.spatial_size if spatial_size is None else spatial_size, img.shape[1:])
        if randomize:
            self.randomize(size_px)
        grid = _sampling_grid(self, size_px, deformed=self._do_transform)
        mode = self.mode if mode is None else mode
        return self.resampler(img, grid, mode=mode, padding_mode=padding_mode or self.padding_mode)


class Rand2DElasticExactd(Rand2DElasticd):
    """`Rand2DElasticExact` of several keys, with one field for all; a drop-in for MONAI's `Rand2DElasticd`.

    Take `mode=["bilinear", "nearest"]` for an image and its label, and `"bilinear"` for a weight map. Results are float32.

    Args:
        keys: keys of arrays or tensors (C, H, W) of one size.
        spacing: distance in pixels between control points, > 0, of rows and columns or of both.
        magnitude_range: range from which the standard deviation in pixels is drawn at each call.
        *args: further arguments of MONAI's transform, in its order.
        **kwargs: `spatial_size`, `prob`, `rotate_range`, `shear_range`, `translate_range`, `scale_range`, `mode`,
            `padding_mode`, `device`, `allow_missing_keys`.
    """

    def __init__(
        self,
        keys: KeysCollection,
        spacing: tuple[float, float] | float,
        magnitude_range: tuple[float, float],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(keys, spacing, magnitude_range, *args, **kwargs)
        elastic = self.rand_2d_elastic
        elastic.deform_grid = RandDisplacementGrid(spacing, magnitude_range, elastic.device)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with all keys deformed alike, or not at all."""
        result = dict(data)
        first_key = self.first_key(result)
        if first_key == ():
            return result
        elastic = self.rand_2d_elastic
        if elastic.device is None and isinstance(result[first_key], Tensor):
            elastic.set_device(result[first_key].device)  # type: ignore[no-untyped-call]
        size_px = fall_back_tuple(elastic.spatial_size, result[first_key].shape[1:])
        self.randomize(None)
        if self._do_transform:
            elastic.randomize(size_px)
        grid = _sampling_grid(elastic, size_px, deformed=self._do_transform)
        for key, mode, padding_mode in self.key_iterator(result, self.mode, self.padding_mode):
            result[key] = elastic.resampler(result[key], grid, mode=mode, padding_mode=padding_mode)
        return result


def _own_pixels(size_px: Sequence[int], device: torch.device | None = None) -> Tensor:
    """The positions (3, H, W) of an image's pixels from its centre, in homogeneous coordinates."""
    return cast(Tensor, create_grid(size_px, dtype=torch.float32, device=device, backend="torch"))


def _sampling_grid(elastic: Rand2DElastic, size_px: Sequence[int], *, deformed: bool) -> Tensor:
    """Where each output pixel is taken from, as last drawn: first displaced, then turned, sheared, scaled and shifted."""
    if not deformed:
        return _own_pixels(size_px, elastic.device)
    return elastic.rand_affine_grid(grid=elastic.deform_grid(size_px), randomize=False)
