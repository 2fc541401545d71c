"""What the scanner adds: receive field, blur, noise, quantisation, registered slices cut off, sequences that were not taken."""

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from custom.data.phantom.anatomy import texture


def acquire(
    rng: np.random.Generator, image: Tensor, points: Tensor, skin: Tensor, box: tuple[slice, slice], size_px: int
) -> np.ndarray:
    """Brightness (3, D, h, w), white matter about 1, as a scan (D, H, W, 3) in uint8, with the head in its box of the frame.

    Noise is Rician: the magnitude of a complex signal with Gaussian noise on both parts.
    """
    level = 54 * np.exp(rng.normal(0, 0.3, (3, 1)) + rng.normal(0, 0.04, (3, image.shape[1])))
    surface = torch.exp(-skin.clamp(min=0) / 25)[None]
    field = torch.exp(rng.uniform(0.03, 0.16) * texture(rng, points, 120, 3))
    coil = 1 + torch.from_numpy(rng.uniform(0, 0.4, 3)).float().view(3, 1, 1, 1) * surface
    frame = np.zeros((*image.shape[:2], size_px, size_px), np.float32)
    frame[:, :, *box] = (image * field * coil).numpy()
    if rng.uniform() < 0.1:  # phase-sensitive inversion recovery: air is mid-grey, fluid darker
        frame[0] = 1.2 + rng.uniform(0.8, 1.6) * (frame[0].clip(max=1.4) - rng.uniform(0.5, 0.8) * (frame[0] > 0.15))
    frame *= level[:, :, None, None].astype(np.float32)
    scan = np.stack([_detect(rng, channel) for channel in frame])
    return _cut(rng, scan).transpose(1, 2, 3, 0)


def _detect(rng: np.random.Generator, signal: np.ndarray) -> np.ndarray:
    blur = rng.uniform(0.4, 1.0)
    signal = ndimage.gaussian_filter(signal, (0, blur, blur), truncate=3)
    noise = rng.standard_normal((2, *signal.shape), dtype=np.float32)
    real, imaginary = noise * np.float32(1.6 * np.exp(0.5 * rng.standard_normal()))
    magnitude = np.hypot(signal + real, imaginary)
    floor = rng.uniform(0.0, 2.5)
    return np.clip(np.rint(magnitude - floor), 0, 255).astype(np.uint8)


def _cut(rng: np.random.Generator, scan: np.ndarray) -> np.ndarray:
    """Sequences of another tilt, registered to one grid, end within the first and last slices."""
    _, depth, height, width = scan.shape
    slices, rows, columns = np.ogrid[:depth, :height, :width]
    for channel in scan:
        row_tilt, column_tilt = rng.normal(0, 0.006, 2)
        plane = slices - row_tilt * (rows - height / 2) - column_tilt * (columns - width / 2)
        channel *= (plane >= rng.uniform(-2.5, 0.5)) & (plane <= depth - 1 + rng.uniform(-0.5, 2.5))
    return scan
