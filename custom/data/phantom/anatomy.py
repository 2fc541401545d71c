"""The ICBM152 2009a average brain as something to sample: tissue maps, distances from skull and skin, smooth noise.

Grey and white matter are real (an average of 152 adults) but end at the brain, so skull and face are drawn around it by
distance. Coordinates are the template's, in MNI millimetres: x to the right, y to the front, z to the top.

Source: Fonov et al., NeuroImage 54 (2011) 313-327. The files come with nilearn.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import nibabel
import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

Bounds = tuple[float, float, float]
BRAIN_MM: tuple[Bounds, Bounds] = ((-98, -134, -72), (98, 98, 116))  # corners of the template, on a grid of 1 mm
HEAD_MM: tuple[Bounds, Bounds] = ((-124, -144, -148), (124, 144, 140))  # corners of the whole head, on a grid of 4 mm
STEP_MM = 4


def icbm152(name: str) -> np.ndarray:
    """The `t1`, `gm` or `wm` map (197, 233, 189), uint8, from the installed nilearn, which is not imported.

    Raises:
        ValueError: if nilearn is not installed or holds no such file.
    """
    spec = find_spec("nilearn")
    if spec is None or spec.origin is None:
        raise ValueError("the phantom is made from maps inside nilearn, which is not installed; run `pip install nilearn`")
    path = Path(spec.origin).parent / "datasets" / "data" / f"mni_icbm152_{name}_tal_nlin_sym_09a_converted.nii.gz"
    if not path.is_file():
        raise ValueError(
            f"nilearn's package holds no {path.name}, from which the phantom is made; run `pip install nilearn==0.14.1`"
        )
    return np.asarray(nibabel.load(path).dataobj)


@lru_cache(maxsize=1)
def brain_maps() -> Tensor:
    """Grey matter, white matter and nearness of the lateral ventricles (1, 3, Z, Y, X), each in [0, 1].

    Averaged over 5 mm in z, the thickness of a clinical slice.
    """
    grey, white = (icbm152(name).astype(np.float32) / 255 for name in ("gm", "wm"))
    x, y, z = np.ogrid[-98:99, -134:99, -72:117]
    deep = (x / 45) ** 2 + ((y + 20) / 60) ** 2 + ((z - 10) / 25) ** 2 < 1
    fluid = ndimage.binary_opening(deep & (icbm152("t1") > 0) & (grey + white < 0.5))
    ventricles = ndimage.gaussian_filter(fluid.astype(np.float32), 2.5, truncate=3)
    maps = [ndimage.uniform_filter1d(image, 5, axis=2).transpose(2, 1, 0) for image in (grey, white, ventricles)]
    return torch.from_numpy(np.stack(maps)[None])


@lru_cache(maxsize=1)
def head_distances() -> Tensor:
    """Millimetres inside the skull and inside the skin (1, 2, Z, Y, X), negative outside, over `HEAD_MM`."""
    x, y, z = np.meshgrid(*(np.arange(low, high + 1, STEP_MM) for low, high in zip(*HEAD_MM, strict=True)), indexing="ij")
    brain = (ndimage.maximum_filter(icbm152("t1"), 3) > 0).astype(np.float32)
    mask = ndimage.map_coordinates(brain, [x + 98, y + 134, z + 72], order=1) > 0.5
    mask = ndimage.binary_fill_holes(ndimage.binary_closing(mask, iterations=2))
    skull = _signed_distance(mask)
    face = (x / 66) ** 2 + ((y - 18) / 78) ** 2 + ((z + 62) / 62) ** 2 < 1
    nose = (x / 16) ** 2 + ((y - 84) / 26) ** 2 + ((z + 56) / 30) ** 2 < 1
    neck = ((x / 62) ** 2 + ((y + 28) / 72) ** 2 < 1) & (z < -35)
    skin = _signed_distance((skull > -12) | face | nose | neck)
    return torch.from_numpy(np.stack([ndimage.gaussian_filter(d, 1).transpose(2, 1, 0) for d in (skull, skin)])[None]).float()


def _signed_distance(mask: np.ndarray) -> np.ndarray:
    return STEP_MM * (ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask))


def sample(volume: Tensor, points: Tensor, corners: tuple[Bounds, Bounds], padding_mode: str = "border") -> Tensor:
    """A volume (1, C, Z, Y, X) whose outermost voxels lie at `corners`, at points (D, H, W, 3): (C, D, H, W)."""
    low, high = (torch.tensor(corner, dtype=torch.float32) for corner in corners)
    grid = (points - low) * (2 / (high - low)) - 1
    return grid_sample(volume, grid[None], padding_mode=padding_mode, align_corners=True)[0]


def texture(rng: np.random.Generator, points: Tensor, size_mm: float, channels: int = 1) -> Tensor:
    """Smooth noise (C, D, H, W) of mean 0 and deviation about 1 at points (D, H, W, 3), with features of about `size_mm`.

    H and W are odd, since every second pixel is sampled and the others are interpolated.
    """
    step = size_mm / 2
    low, high = HEAD_MM
    cells = [int((b - a) / step) + 2 for a, b in zip(low, high, strict=True)]
    noise = rng.standard_normal((channels, *cells[::-1]), dtype=np.float32)
    noise = ndimage.gaussian_filter(noise, (0, 1, 1, 1), truncate=3)
    x, y, z = (a + step * (n - 1) for a, n in zip(low, cells, strict=True))
    sampled = sample(torch.from_numpy(noise / noise.std())[None], points[:, ::2, ::2], (low, (x, y, z)))
    return interpolate(sampled, size=points.shape[1:3], mode="bilinear", align_corners=True)
