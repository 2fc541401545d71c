"""Patches sampled at the places of their `Placement`s.

A field is bases · coefficients · basesᵀ, for an affine map and for displacements alike: the position of a pixel is a sum of
(its row, 1) times (its column, 1), and the displacement a sum of cubic weights of rows times those of columns.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

from custom.transforms.batch.placement import Matrix, Placement


def sampling_field(placements: Sequence[Placement], size_px: tuple[int, int], device: torch.device) -> Tensor:
    """Where the pixels of each patch come from, (N, H, W, 2), as `grid_sample` takes it: columns first, -1 … 1 a side."""
    points = next((placed.control.shape[1:] for placed in placements if placed.control is not None), (0, 0))
    stacked = np.stack([_coefficients(placed, points, size_px) for placed in placements])
    coefficients = torch.from_numpy(stacked).to(device)
    rows, columns = (_basis(size, number, device) for size, number in zip(size_px, points, strict=True))
    return (rows @ coefficients @ columns.T).movedim(1, -1)


def _coefficients(placed: Placement, points: Sequence[int], size_px: tuple[int, int]) -> NDArray[np.float32]:
    """Of columns and rows, (2, rows + 2, columns + 2): those of the control points, then of (row, 1) and (column, 1)."""
    height, width = size_px
    matrix = placed.matrix[[1, 0]] * np.array([[2 / width], [2 / height]])  # columns first, in halves of a side
    coefficients = np.zeros((2, points[0] + 2, points[1] + 2), np.float32)
    coefficients[:, -2, -1], coefficients[:, -1, -2], coefficients[:, -1, -1] = matrix.T
    if placed.control is not None:
        coefficients[:, :-2, :-2] = np.tensordot(matrix[:, :2], placed.control, 1)
    return coefficients


@lru_cache(maxsize=16)
def _basis(size_px: int, points: int, device: torch.device) -> Tensor:
    """(size_px, points + 2): cubic weights of the control points, the pixel's distance from the centre, and 1."""
    place = torch.arange(size_px, dtype=torch.float32) - (size_px - 1) / 2
    basis = torch.stack([place, torch.ones(size_px)], 1)
    if points:
        unit = torch.eye(points)[None, None]
        cubic = interpolate(unit, size=(size_px, points), mode="bicubic", align_corners=True)[0, 0]
        basis = torch.cat([cubic, basis], 1)
    return basis.to(device)


def place_patches(patches: Mapping[str, Tensor], placements: Sequence[Placement], modes: Mapping[str, str]) -> None:
    """Moves the pixels of patches (N, C, H, W) of each key to their placements, in place; beyond a patch they are reflected.

    Flips and turns alone are exact; what is bent is interpolated, by `modes`: `bilinear` or `nearest`.
    """
    bent = [row for row, placed in enumerate(placements) if placed.bent]
    for row in set(range(len(placements))) - set(bent):
        for images in patches.values():
            images[row] = turned(images[row], placements[row].matrix)
    if not bent:
        return
    first = next(iter(patches.values()))
    field = sampling_field([placements[row] for row in bent], (first.shape[2], first.shape[3]), first.device)
    rows: slice | list[int] = slice(None) if len(bent) == len(placements) else bent
    for key, images in patches.items():
        # Reflection about the edges of the outermost pixels, as in MONAI's Resample.
        sampled = grid_sample(images[rows].float(), field, mode=modes[key], padding_mode="reflection", align_corners=False)
        images[rows] = sampled.to(images.dtype)


def turned(image: Tensor, matrix: Matrix) -> Tensor:
    """The image (C, H, W) flipped and turned by a matrix of flips and turns, pixel by pixel; a copy, if it differs.

    Raises:
        ValueError: if rows become columns in an image that is not square.
    """
    if matrix[0, 0] == 0:
        if image.shape[-1] != image.shape[-2]:
            raise ValueError(f"patches must be square to be turned, got {tuple(image.shape[-2:])}; leave out RandRotate90d")
        image, matrix = image.transpose(-1, -2).contiguous(), matrix[[1, 0, 2]]
    axes = [axis - 2 for axis in (0, 1) if matrix[axis, axis] < 0]
    return image.flip(axes) if axes else image
