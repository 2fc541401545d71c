"""Which values an image may hold; the check and the training ask the same rule."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MEND = "write it again without them"
LARGEST = 1e15  # float32 then holds the squares, and their sum over 10⁸ pixels, that a normalisation needs


def unusable(values: NDArray[Any]) -> str:
    """What an array of numbers holds that cannot be trained on, in words; empty if nothing."""
    if values.dtype.kind in "biu" and values.dtype.itemsize < 8:
        return ""
    with np.errstate(invalid="ignore"):
        small = (values <= LARGEST) & (values >= -LARGEST)
    return "" if small.all() else kind_of_unusable(bool(np.isfinite(values).all()))


def kind_of_unusable(all_are_finite: bool) -> str:
    """The words for such values."""
    return "values above 1e15" if all_are_finite else "NaN or infinite values"
