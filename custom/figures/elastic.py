"""Elastic deformation on the paper's 3×3 grid, MONAI's beside ours: where they take each pixel from.

Section 3.1 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from monai.transforms import Rand2DElastic
from monai.utils import convert_to_numpy
from numpy.typing import NDArray

from custom.figures.frame import show_grey
from custom.transforms import Rand2DElasticExact, realised_displacement

KINDS = {"MONAI's Rand2DElastic": Rand2DElastic, "ours": Rand2DElasticExact}
LINES, ARROWS = 11, 13  # on a side
LINE_COLOUR = "#f0e442"


def draw_elastic(image: NDArray[Any], *, magnitudes: Sequence[float] = (0, 10), seed: int = 0) -> Figure:
    """MONAI's deformation and ours on a 3×3 grid: above the image and what became of straight lines, below the displacements.

    Args:
        image: grey, (H, W).
        magnitudes: standard deviation of the control points' displacements in pixels; two columns for each.
        seed: start of the random numbers. Ours and MONAI's draw other numbers of control points, so the fields differ.

    Raises:
        ValueError: if the image is smaller than 4×4 px, or a magnitude below 0.
    """
    if min(image.shape) < 4:
        raise ValueError("image must be at least 4×4 px, got " + "×".join(map(str, image.shape)))
    for magnitude in magnitudes:
        if not 0 <= magnitude < math.inf:
            raise ValueError(f"magnitudes must be numbers of pixels of at least 0, got {magnitude:g}")
    columns = 2 * len(magnitudes)
    figure = Figure(figsize=(3.1 * columns + 0.8, 6.6), facecolor="white", layout="constrained")
    panels = figure.subplots(2, columns, squeeze=False)
    cases = [(magnitude, name) for magnitude in magnitudes for name in KINDS]
    fields = [displacement_of(name, image.shape, magnitude, seed) for magnitude, name in cases]
    largest = max(max(float(np.hypot(*field).max()) for field in fields), 1.0)
    for column, ((magnitude, name), field) in enumerate(zip(cases, fields, strict=True)):
        show_grey(panels[0, column], deformed(name, image, magnitude, seed), f"{name}, magnitude {magnitude:g} px")
        _bent_lines(panels[0, column], field)
        shown = _arrows(panels[1, column], field, largest)
    figure.supxlabel("below: how far, and from where to where, the content of a pixel moves", fontsize=9)
    figure.colorbar(shown, ax=panels[1, :], label="displacement, px", shrink=0.9)
    return figure


def displacement_of(name: str, size_px: tuple[int, ...], magnitude: float, seed: int) -> NDArray[np.float32]:
    """The field (2, H, W) in pixels, rows before columns, that one of `KINDS` realises at a seeded draw."""
    height, width = size_px
    return realised_displacement(_transform(name, size_px, magnitude, seed), (height, width)).numpy()


def deformed(name: str, image: NDArray[Any], magnitude: float, seed: int) -> NDArray[np.float32]:
    """The image (H, W) after the same draw, mirrored where it does not reach."""
    transform = _transform(name, image.shape, magnitude, seed)
    return convert_to_numpy(transform(torch.from_numpy(image.astype(np.float32))[None], padding_mode="reflection"))[0]


def _transform(name: str, size_px: Sequence[int], magnitude: float, seed: int) -> Rand2DElastic:
    height, width = size_px
    transform = KINDS[name](((height - 1) / 2, (width - 1) / 2), (magnitude, magnitude), prob=1.0)
    transform.set_random_state(seed)
    return transform


def _bent_lines(axes: Axes, field: NDArray[np.float32]) -> None:
    """Lines that were straight: where a pixel's content comes from a whole multiple of their distance."""
    for displacement, own in zip(field, np.indices(field.shape[1:]), strict=True):
        levels = np.linspace(0, own.max(), LINES)[1:-1]
        axes.contour(displacement + own, levels=levels, colors=LINE_COLOUR, linewidths=1, linestyles="solid")


def _arrows(axes: Axes, field: NDArray[np.float32], largest: float) -> AxesImage:
    """From where each pixel's content comes to where it is, in pixels of the image, over the length in colour."""
    length = np.hypot(*field)
    shown = axes.imshow(length, cmap="cividis", vmin=0, vmax=largest)
    rows, columns = (np.linspace(0, size - 1, ARROWS + 2).round().astype(int)[1:-1] for size in length.shape)
    at = np.ix_(rows, columns)
    moved_down, moved_right = -field[0][at], -field[1][at]
    style: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.007, "color": "white", "pivot": "tip"}
    axes.quiver(columns, rows, moved_right, moved_down, **style)
    axes.set_title(f"mean {length.mean():.1f} px, largest {length.max():.1f} px", fontsize=9)
    axes.set(xticks=[], yticks=[])
    return shown
