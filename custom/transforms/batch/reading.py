"""MONAI's random transforms, as a config declares them, read as steps for whole batches.

A transform, or an option of one, that has no such step is left to MONAI: `read_step` then gives nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from monai.transforms import (
    Rand2DElasticd,
    RandAdjustContrastd,
    RandAffined,
    RandFlipd,
    RandGaussianNoised,
    RandGaussianSmoothd,
    RandRotate90d,
    RandScaleIntensityd,
    RandShiftIntensityd,
    RandSimulateLowResolutiond,
)
from monai.utils import ensure_tuple_rep

from custom.transforms.batch.grey_step import GreyStep
from custom.transforms.batch.grey_values import Contrast, MissingChannels, Noise, Scaling, Shifting
from custom.transforms.batch.placement import Affine, AffineRanges, Elastic, Flip, SpatialStep, Turn
from custom.transforms.batch.sharpness import LowResolution, Smoothing
from custom.transforms.elastic import Rand2DElasticExactd
from custom.transforms.missing_channels import RandMissingChannelsd

Step = SpatialStep | GreyStep


def read_step(transform: Any) -> Step | None:
    """The step that draws and does what `transform` does, of its very class, or None."""
    read = READERS.get(type(transform))
    return read(transform) if read else None


def sampling_modes(transform: Any) -> dict[str, str]:
    """How each key of a spatial transform is interpolated; flips and turns, which interpolate nothing, say nearest."""
    modes = getattr(transform, "mode", ["nearest"] * len(transform.keys))
    return {str(key): str(mode) for key, mode in zip(transform.keys, modes, strict=True)}


def _flip(transform: RandFlipd) -> Step:
    axes = transform.flipper.spatial_axis
    chosen = (0, 1) if axes is None else tuple(axes) if isinstance(axes, Sequence) else (axes,)
    return Flip(transform.prob, tuple(axis % 2 for axis in chosen))


def _turn(transform: RandRotate90d) -> Step | None:
    return Turn(transform.prob, transform.max_k) if tuple(transform.spatial_axes) == (0, 1) else None


def _affine(transform: RandAffined) -> Step | None:
    affine = transform.rand_affine
    return Affine(transform.prob, _ranges(affine.rand_affine_grid)) if _is_plain(transform, affine.spatial_size) else None


def _elastic(transform: Rand2DElasticd) -> Step | None:
    elastic = transform.rand_2d_elastic
    if not _is_plain(transform, elastic.spatial_size):
        return None
    grid = elastic.deform_grid
    rows_px, columns_px = ensure_tuple_rep(grid.spacing, 2)
    low, high = grid.magnitude
    return Elastic(transform.prob, (rows_px, columns_px), (low, high), _ranges(elastic.rand_affine_grid))


def _is_plain(transform: Any, spatial_size: Any) -> bool:
    """Whether the patch keeps its size and is interpolated and reflected as `place_patches` does."""
    sizes = spatial_size if isinstance(spatial_size, Sequence) else (spatial_size,)
    return (
        all(size is None or size <= 0 for size in sizes)
        and set(map(str, transform.mode)) <= {"bilinear", "nearest"}
        and set(map(str, transform.padding_mode)) == {"reflection"}
    )


def _ranges(grid: Any) -> AffineRanges:
    return AffineRanges(grid.rotate_range, grid.shear_range, grid.translate_range, grid.scale_range)


def _contrast(transform: RandAdjustContrastd) -> Step:
    adjuster = transform.adjuster
    return Contrast(transform.prob, adjuster.gamma, adjuster.invert_image, adjuster.retain_stats)


def _low_resolution(transform: RandSimulateLowResolutiond) -> Step | None:
    if transform.align_corners or "trilinear" in (str(transform.upsample_mode), str(transform.downsample_mode)):
        return None
    low, high = transform.zoom_range
    return LowResolution(transform.prob, (low, high), str(transform.downsample_mode), str(transform.upsample_mode))


def _smoothing(transform: RandGaussianSmoothd) -> Step:
    smooth = transform.rand_smooth
    (low_x, high_x), (low_y, high_y) = smooth.sigma_x, smooth.sigma_y
    return Smoothing(transform.prob, (low_x, high_x), (low_y, high_y), smooth.approx)


def _missing(transform: RandMissingChannelsd) -> Step:
    return MissingChannels(transform.prob, transform.kept, transform.missing_prob, transform.repeat_prob)


def _scaling(transform: RandScaleIntensityd) -> Step:
    return Scaling(transform.prob, transform.scaler.factors, transform.scaler.channel_wise)


def _shifting(transform: RandShiftIntensityd) -> Step | None:
    shifter = transform.shifter
    plain = not any(transform.factor_key) and not shifter._shifter.safe
    return Shifting(transform.prob, shifter.offsets, shifter.channel_wise) if plain else None


def _noise(transform: RandGaussianNoised) -> Step:
    noise = transform.rand_gaussian_noise
    return Noise(transform.prob, noise.mean, noise.std, noise.sample_std)


READERS: dict[type, Callable[[Any], Step | None]] = {
    RandFlipd: _flip,
    RandRotate90d: _turn,
    RandAffined: _affine,
    Rand2DElasticd: _elastic,
    Rand2DElasticExactd: _elastic,
    RandAdjustContrastd: _contrast,
    RandSimulateLowResolutiond: _low_resolution,
    RandGaussianSmoothd: _smoothing,
    RandMissingChannelsd: _missing,
    RandScaleIntensityd: _scaling,
    RandShiftIntensityd: _shifting,
    RandGaussianNoised: _noise,
}
