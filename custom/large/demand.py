"""How much memory a worker needs for a block."""

from math import inf

import numpy as np

from custom.large.settings import Settings

BYTES_BESIDE = 700 * 2**20  # torch and the strips of a network


def check_memory(settings: Settings, limit_mb: float | None) -> None:
    """Makes sure that a block of a job fits.

    Args:
        settings: the job's settings.
        limit_mb: memory of a worker, or None for no limit.

    Raises:
        ValueError: if it does not.
    """
    if limit_mb == inf:
        raise ValueError("memory_limit_mb must be finite, got inf; leave it out")
    _, rows, columns = settings.block
    classes = int(settings.network["out_channels"])
    pixels = settings.block[0] * rows * columns
    each = 1 + (8 if settings.instances else 0) + (4 * classes if settings.probabilities else 0)
    each += settings.shape[1] * np.dtype(settings.dtype).itemsize
    each += 8 * classes // settings.downsampling**2 if settings.downsampling > 1 else 0
    wanted_mb = -(-(pixels * each + BYTES_BESIDE) // 2**20)
    if limit_mb is not None and not limit_mb >= wanted_mb:  # nor NaN
        raise ValueError(
            f"memory_limit_mb must be at least {wanted_mb} for blocks of {rows} × {columns} px, got {limit_mb:g}; "
            "give more, or smaller blocks with --block"
        )
