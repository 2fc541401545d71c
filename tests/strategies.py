"""What hypothesis draws in tests of several areas."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

Labels = NDArray[np.uint16]


@st.composite
def pairs_of_labels(
    draw: st.DrawFn, values: Sequence[int] = (0, 1, 2, 3), min_dims: int = 2, max_side: int = 4
) -> tuple[Labels, Labels]:
    """Two arrays of labels of one shape."""
    shape = draw(array_shapes(min_dims=min_dims, max_dims=3, max_side=max_side))
    labels: Any = arrays(np.uint16, shape, elements=st.sampled_from(values))
    return draw(labels), draw(labels)
