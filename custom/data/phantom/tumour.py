"""A diffuse glioma: grows irregularly along white matter, bright on FLAIR, sometimes with a cyst or an enhancing core."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from custom.data.phantom.anatomy import BRAIN_MM, Bounds, brain_maps, texture
from custom.data.phantom.head import Head


class Seed(NamedTuple):
    """Where a tumour starts and how large it will be, in the template's millimetres."""

    centre_mm: Tensor
    radius_mm: float


@lru_cache(maxsize=1)
def _origins() -> np.ndarray:
    """Where tumours may start (N, 3), mm: white matter off the midline, mostly of the cerebrum."""
    z, y, x = np.nonzero(brain_maps()[0, 1].numpy()[::3, ::3, ::3] > 0.6)
    points = np.stack([x, y, z], axis=1) * 3 + np.array(BRAIN_MM[0])
    lobar = (abs(points[:, 0]) > 14) & (points[:, 2] > -32) & (points[:, 2] < 58)
    return points[lobar]


def seed_tumour(rng: np.random.Generator) -> Seed:
    """A random start in white matter; the radius of a ball of the same volume is 12 to 38 mm, in the middle 23."""
    radius = float(np.clip(23 * np.exp(0.32 * rng.standard_normal()), 12, 38))
    return Seed(torch.from_numpy(rng.choice(_origins())).float(), radius)


def push_aside(rng: np.random.Generator, points: Tensor, depth: Tensor, seed: Seed) -> Tensor:
    """Points (D, H, W, 3) under the tumour's mass effect: the brain gives way, the skull does not."""
    offset = points - seed.centre_mm
    near = torch.exp(-offset.square().sum(-1) / (2 * (1.3 * seed.radius_mm) ** 2)) * (depth / 15).clamp(0, 1)
    return points - rng.uniform(0, 0.35) * near[..., None] * offset


def grow(rng: np.random.Generator, points: Tensor, head: Head, seed: Seed) -> Tensor:
    """The tumour's height (D, H, W): positive inside, 0 at the border, 1 at the highest.

    Distance from the seed, stretched and roughened; fluid, the falx and the tentorium hold it back, white matter leads it on.
    """
    x, y, z = points.unbind(-1)
    stretch = torch.from_numpy(np.linalg.qr(rng.standard_normal((3, 3)))[0] * np.exp(0.25 * rng.standard_normal(3))).float()
    distance = ((points - seed.centre_mm) @ stretch / seed.radius_mm).norm(dim=-1)
    rough = rng.uniform(0.1, 0.35) * texture(rng, points, 30)[0] + rng.uniform(0.05, 0.2) * texture(rng, points, 12)[0]
    side = torch.sign(seed.centre_mm[0])
    falx = torch.sigmoid(-side * x / 2) * (1.0 - 0.5 * head.white)
    below = torch.sigmoid((-38 - y) / 2) * torch.sigmoid((-17 - z) / 2)
    tentorium = (below - float(seed.centre_mm[1] < -38 and seed.centre_mm[2] < -17)).abs()
    height = rough - distance + rng.uniform(0.0, 0.4) * head.white - 0.7 * head.fluid - falx - tentorium
    height = torch.where(head.depth > 1, height, -10)
    spacing_mm = float((z[1:] - z[:-1]).mean())
    target = 4.19 * seed.radius_mm**3 / spacing_mm  # a pixel is about 1 mm² of the template
    level = height.flatten().topk(int(target)).values[-1]
    height = (height - level) / (height.max() - level)
    parts, _ = ndimage.label(height.numpy() > 0)
    crumbs = np.bincount(parts.ravel()) < 0.04 * target
    return torch.where(torch.from_numpy(crumbs[parts]), -1, height)


def paint_tumour(rng: np.random.Generator, image: Tensor, points: Tensor, height: Tensor) -> Tensor:
    """The image (3, D, H, W) with the tumour: border sharp or blurred, inside uneven."""
    noise = texture(rng, points, 10, 3)
    ratio = _each_sequence(rng, (0.45, 1.2, 0.45), (0.95, 2.4, 1.0))
    slope = rng.uniform(0.0, 0.35) * (1 if rng.uniform() < 0.7 else -1)
    value = ratio * (1 + rng.uniform(0.05, 0.2) * noise)
    flair = value[1] * (1 + slope * (height.clamp(0, 1) - 0.5))
    value = torch.stack([value[0], flair, value[2]])
    fraction = torch.sigmoid(height / rng.uniform(0.01, 0.06)) * rng.uniform(0.8, 1.0)
    image = image + fraction * (value - image)
    core = height - rng.uniform(0.3, 0.7) + 0.15 * noise[0]
    if rng.uniform() < 0.25:
        fluid = _each_sequence(rng, (0.2, 0.1, 0.2), (0.6, 1.0, 0.6))
        image = image + torch.sigmoid(core / 0.03) * (fluid - image)
    if rng.uniform() < 0.3:
        ring = torch.exp(-((core / 0.12) ** 2)) if rng.uniform() < 0.6 else torch.sigmoid(core / 0.05)
        post = image[2] + rng.uniform(0.4, 1.0) * ring * (rng.uniform(1.4, 2.4) - image[2])
        image = torch.stack([image[0], image[1], post])
    return image


def _each_sequence(rng: np.random.Generator, low: Bounds, high: Bounds) -> Tensor:
    return torch.from_numpy(rng.uniform(low, high)).float().view(3, 1, 1, 1)
