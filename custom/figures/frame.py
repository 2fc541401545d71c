"""A grey image in axes: what panels of several figures have in common."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray


def show_grey(axes: Axes, image: NDArray[Any], title: str = "") -> None:
    """The image (H, W) with its percentiles 1 and 99 black and white, a title, and no ticks."""
    low, high = np.percentile(image, (1, 99))
    axes.imshow(image, cmap="gray", vmin=low, vmax=max(high, low + 1e-9))
    axes.set_title(title, fontsize=9)
    axes.set(xticks=[], yticks=[])
