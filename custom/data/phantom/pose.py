"""Where a patient's pixels lie in the average brain: position in the scanner, size, and the shape that differs by person."""

import numpy as np
import torch
from torch import Tensor

from custom.data.phantom.anatomy import HEAD_MM, head_distances, sample, texture


def place(rng: np.random.Generator, num_slices: int, size_px: int) -> tuple[Tensor, tuple[slice, slice]]:
    """Where in the template each pixel lies (D, h, w, 3), and the rows and columns of the frame that these are.

    Pose, size and smooth deformation differ by patient; only the part of the frame that holds the head is kept. Slices run
    from the maxilla to the vertex, the forehead is on row 0's side: the LGG set's orientation.
    """
    slices = torch.linspace(-69 + 6 * rng.standard_normal(), 86 + 4 * rng.standard_normal(), num_slices)
    pixels = torch.arange(size_px) - (size_px - 1) / 2
    z, y, x = torch.meshgrid(slices, -pixels, pixels, indexing="ij")
    zoom = np.exp(rng.normal(0, 0.08 if rng.uniform() < 0.8 else 0.15))
    scale = rng.normal((1.0 * zoom, 0.96 * zoom, 1.0), 0.03)
    turn = torch.from_numpy(_rotation(np.deg2rad(rng.normal((4.0, 0.0, 0.0), (7.0, 2.5, 3.5)))) * scale).float()
    shift = torch.from_numpy(rng.normal((0.0, -16.0, 0.0), (3.0, 6.0, 0.0))).float()
    points = torch.stack([x, y, z], dim=-1) @ turn.T + shift
    rows, columns = _head_box(points)
    points = points[:, rows, columns].contiguous()
    displacement = 4.0 * texture(rng, points, 90, 3) + 1.3 * texture(rng, points, 24, 3)
    return points + displacement.permute(1, 2, 3, 0), (rows, columns)


def _head_box(points: Tensor) -> tuple[slice, slice]:
    """Rows and columns of the frame that the head may reach, with room for its deformation; an odd number of each."""
    reach = depths(points[:, ::4, ::4])[1] > -14
    rows, columns = (torch.nonzero(reach.any(0).any(axis))[:, 0] * 4 for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _rotation(angles: np.ndarray) -> np.ndarray:
    """Rotation by radians about x, then y, then z."""
    turn = np.eye(3)
    for axis, angle in enumerate(angles):
        i, j = [k for k in range(3) if k != axis]
        plane = np.eye(3)
        plane[[i, i, j, j], [i, j, i, j]] = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
        turn = plane @ turn
    return turn


def depths(points: Tensor) -> Tensor:
    """Millimetres inside the skull and inside the skin (2, D, H, W), negative outside."""
    return sample(head_distances(), points, HEAD_MM)
