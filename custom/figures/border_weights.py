"""Figure 3 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597: image, cells, mask, and the weights of equation 2."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from custom.figures.frame import show_grey
from custom.transforms import border_weight_map, separate_touching

# Okabe and Ito's palette, which people with any colour vision tell apart, without black.
PALETTE = np.array([(230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167)])


def colours_of(instances: NDArray[Any]) -> NDArray[np.uint8]:
    """RGB (H, W, 3) of instances (H, W), black for background: neighbours differ in colour as far as seven colours suffice.

    Each instance takes the colour whose nearest bearer, from centre to centre, is furthest.
    """
    picture = np.zeros((*instances.shape, 3), np.uint8)
    bearers: list[list[NDArray[np.float64]]] = [[] for _ in PALETTE]
    for label in np.unique(instances[instances > 0]):
        pixels = np.argwhere(instances == label)
        centre = pixels.mean(axis=0)
        gaps = [min((float(np.hypot(*(centre - other))) for other in group), default=np.inf) for group in bearers]
        index = int(np.argmax(gaps))
        bearers[index].append(centre)
        picture[tuple(pixels.T)] = PALETTE[index]
    return picture


def draw_border_weights(
    image: NDArray[Any],
    instances: NDArray[Any],
    *,
    w0: float = 10.0,
    sigma: float = 5.0,
    crop: tuple[slice, slice] = (slice(None), slice(None)),
) -> Figure:
    """The image, its instances in colours, the mask that a network learns, and the weight of each pixel.

    Args:
        image: grey, (H, W).
        instances: (H, W) whole numbers, 0 for background.
        w0: height of the border term, 0 … 1e30.
        sigma: width of the border term in pixels, > 0.
        crop: rows and columns that are shown; the weights are those of the whole image.

    Raises:
        ValueError: if the sizes differ, instances hold fractions or numbers below -1, or `w0` or `sigma` is out of range.
    """
    if image.shape != instances.shape:
        raise ValueError(f"image and instances must be of one size (H, W), got {image.shape} and {instances.shape}")
    weight = border_weight_map(instances, w0=w0, sigma=sigma)[crop]
    separated = separate_touching(instances)[crop]
    height, width = weight.shape
    figure = Figure(figsize=(13.4, 3.1 * height / width + 0.45), facecolor="white", layout="constrained")
    panels = figure.subplots(1, 4)
    show_grey(panels[0], image[crop], "image")
    show_grey(panels[1], image[crop], "instances")
    _cover(panels[1], instances[crop])
    show_grey(panels[2], (separated > 0).astype(float), "mask, touching cells parted")
    show_grey(panels[3], weight, f"weights, w0 = {w0:g}, σ = {sigma:g} px")
    shown = panels[3].images[0]
    shown.set(cmap="inferno", clim=(0, float(weight.max())))
    figure.colorbar(shown, ax=panels[3], label="w(x)", fraction=0.046, pad=0.02)
    return figure


def _cover(axes: Axes, instances: NDArray[Any]) -> None:
    """The instances in colours over what the axes show."""
    alpha = np.where(instances > 0, 160, 0).astype(np.uint8)
    axes.imshow(np.dstack([colours_of(instances), alpha]), interpolation="nearest")
