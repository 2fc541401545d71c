"""Values that 32-bit floats, as networks take them, cannot tell apart: large numbers that differ little.

::

    stored          2147483648  2147483700  2147483903      32-bit numbers of an image of 8 bits, from 2³¹ on
    as float32      2147483648  2147483648  2147483904      256 apart there
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 64  # an image of fewer steps from its smallest to its largest value has lost what it shows
CONSTANT = 2.0**-33  # a part of the largest value: 64-bit floats that differ by less do so by rounding
LARGEST = float(np.finfo(np.float32).max)


def is_wide(dtype: np.dtype[Any]) -> bool:
    """Whether 32-bit floats do not hold all values of a type."""
    return dtype.kind in "iuf" and dtype.itemsize >= 4 and dtype != np.float32


def check_rounding(values: NDArray[Any], channels: int) -> None:
    """Makes sure that an image shows as 32-bit floats what its values show.

    Args:
        values: an array of any shape, with a last axis for channels if there are several.
        channels: how many there are.

    Raises:
        ValueError: if a channel does not.
    """
    if is_wide(values.dtype):
        for channel in np.moveaxis(values, -1, 0) if channels > 1 else (values,):
            lost = lost_in_rounding(channel.min().item(), channel.max().item())
            if lost and (channel.astype(np.float32).astype(channel.dtype) != channel).any():
                raise ValueError(lost)


def lost_in_rounding(low: float, high: float) -> str:
    """What is wrong with an image of which 32-bit floats cannot tell values apart; empty of others.

    Args:
        low: the smallest value, a whole number or a float; NaN is left to others.
        high: the largest.
    """
    largest, is_whole = max(abs(low), abs(high)), isinstance(low, int)
    if not largest < LARGEST or not high - low > (0 if is_whole else CONSTANT * largest):
        return ""
    step = float(np.spacing(np.float32(largest)))
    if step <= max(1 if is_whole else 0, (high - low) / STEPS):
        return ""
    return (
        f"holds values from {low:.10g} to {high:.10g}, which 32-bit floats, as networks take them, round to steps of {step:g}; "
        f"subtract the same number, such as {low:.10g}, from all images and save them again"
    )
