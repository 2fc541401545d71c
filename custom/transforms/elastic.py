"""Elastic deformation whose displacements, not coordinates, are interpolated between control points.

Section 3.1 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597: random displacement vectors on a coarse 3×3 grid, normal
with 10 px standard deviation, and bicubic interpolation between them (`custom.transforms.displacements`).

MONAI 1.6.1's `Rand2DElastic` draws alike, but interpolates absolute coordinates, which bicubic convolution does not reproduce:
at magnitude 0 it moves pixels, the more the coarser the grid, and by 6 px at spacing 128. Here magnitude 0 is the identity.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from monai.config import KeysCollection
from monai.transforms import Rand2DElastic, Rand2DElasticd
from monai.utils import convert_to_tensor, fall_back_tuple
from torch import Tensor

from custom.transforms.displacements import RandDisplacementGrid, own_pixels


def realised_displacement(transform: Rand2DElastic, size_px: tuple[int, int]) -> Tensor:
    """The field (2, H, W) in pixels by which `transform`, ours or MONAI's, moves an image of `size_px` (H, W) at its next draw.

    Measured, not asked for: the transform is applied to an image of its own coordinates, which extends beyond each side by as
    much again so that nothing is cut. The content of pixel x comes from x + displacement.
    """
    wide = own_pixels([3 * side for side in size_px])[:2]
    moved = transform(wide, spatial_size=size_px, mode="bilinear", padding_mode="border")
    return convert_to_tensor(moved, track_meta=False) - own_pixels(size_px)[:2]


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


def _sampling_grid(elastic: Rand2DElastic, size_px: Sequence[int], *, deformed: bool) -> Tensor:
    """Where each output pixel is taken from, as last drawn: first displaced, then turned, sheared, scaled and shifted."""
    if not deformed:
        return own_pixels(size_px, elastic.device)
    return elastic.rand_affine_grid(grid=elastic.deform_grid(size_px), randomize=False)
