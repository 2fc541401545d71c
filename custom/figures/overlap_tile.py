"""Figure 2 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597: the overlap-tile strategy, from the tiles as cut."""

from typing import Any, NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from custom.figures.frame import show_grey
from custom.inferers import OverlapTileInferer
from custom.inferers.context import network_context
from custom.inferers.tiles import Context, Span, mirrored, spans
from custom.networks import UNet

# Of Okabe and Ito's palette, which people with any colour vision tell apart.
BLUE, YELLOW = "#56b4e9", "#f0e442"
Tile = tuple[Span, Span]


class Prediction(NamedTuple):
    """Probabilities (H, W) of the last class, tile by tile, and their largest difference to one pass over the whole image."""

    probabilities: NDArray[np.float32]
    difference: float


@torch.no_grad()
def predict(image: NDArray[Any], network: UNet, tile_size: int) -> Prediction:
    """What a network makes of an image (H, W), normalised to mean 0 and standard deviation 1, in tiles and in one pass.

    It is shown columns before rows, as in training.
    """
    normalised = torch.from_numpy((image - image.mean()) / max(image.std(), 1e-9)).float().mT.contiguous()[None, None]
    ways = []
    for size in (tile_size, -(-max(image.shape) // network.stride) * network.stride):
        logits = OverlapTileInferer(size, batch_size=1, memory_limit_mb=1e6)(normalised, network)
        ways.append(logits.softmax(dim=1) if logits.shape[1] > 1 else logits.sigmoid())
    return Prediction(ways[0][0, -1].mT.numpy(), float((ways[0] - ways[1]).abs().max()))


def draw_overlap_tile(
    image: NDArray[Any],
    network: UNet,
    *,
    tile_size: int = 384,
    tile: tuple[int, int] = (0, 0),
    prediction: Prediction | None = None,
) -> Figure:
    """The image with its mirrored context and one tile in it, what the network is given of that tile, and the tiles joined.

    Args:
        image: grey, (H, W).
        network: its context decides the margin; made under `torch.device("meta")`, it need not compute.
        tile_size: side of a tile without its margin, in pixels.
        tile: row and column of the tile that is shown, counted from 0.
        prediction: what `predict` gives; without, the tiles joined are left out.

    Raises:
        ValueError: if there is no such tile, or `tile_size` is off the network's stride.
    """
    context = network_context(network)
    if tile_size < 1 or tile_size % context.stride:
        raise ValueError(f"tile_size must be a multiple of the stride ({context.stride}), got {tile_size}")
    grid = [spans(size_px, tile_size, context) for size_px in image.shape]
    if not all(0 <= index < len(axis) for index, axis in zip(tile, grid, strict=True)):
        raise ValueError(f"tile must lie in 0..{len(grid[0]) - 1}, 0..{len(grid[1]) - 1} for these tiles, got {tile}")
    chosen = grid[0][tile[0]], grid[1][tile[1]]
    number = 2 if prediction is None else 3
    figure = Figure(figsize=(4.2 * number, 4.8), facecolor="white", layout="constrained")
    panels = figure.subplots(1, number)
    _whole(panels[0], image, grid, chosen)
    _given(panels[1], image, chosen)
    if prediction is not None:
        _joined(panels[2], prediction, grid)
    figure.legend(handles=_legend(chosen, context), loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure


def with_context(image: NDArray[Any], rows: tuple[int, int], columns: tuple[int, int]) -> NDArray[Any]:
    """The pixels `rows` × `columns` (first, last) of an image (H, W) that goes on beyond its border as in a mirror."""
    return image[np.ix_(mirrored(*rows, image.shape[0]), mirrored(*columns, image.shape[1]))]


def _whole(axes: Axes, image: NDArray[Any], grid: list[list[Span]], chosen: Tile) -> None:
    (top, bottom), (left, right) = ((min(s.first for s in axis), max(s.last for s in axis)) for axis in grid)
    show_grey(axes, with_context(image, (top, bottom), (left, right)), "the image, mirrored at its border (hazy), in tiles")
    _place(axes, (left, top, right, bottom))
    height, width = image.shape
    haze = np.full((bottom - top, right - left, 4), 255, np.uint8)
    haze[..., 3] = 110
    haze[-top : height - top, -left : width - left, 3] = 0
    axes.imshow(haze, extent=axes.images[0].get_extent())
    for rows in grid[0]:
        for columns in grid[1]:
            _outline(axes, (columns.start, rows.start, columns.stop, rows.stop), "white", linewidth=0.6)
    _outline_tile(axes, chosen)


def _given(axes: Axes, image: NDArray[Any], chosen: Tile) -> None:
    rows, columns = chosen
    show_grey(axes, with_context(image, rows[2:], columns[2:]), "what the network is given of a tile, and what is kept")
    _place(axes, (columns.first, rows.first, columns.last, rows.last))
    _outline_tile(axes, chosen)


def _joined(axes: Axes, prediction: Prediction, grid: list[list[Span]]) -> None:
    height, width = prediction.probabilities.shape
    axes.imshow(prediction.probabilities, cmap="gray", vmin=0, vmax=1, extent=(0, width, height, 0))
    axes.set_title(f"the tiles joined; largest difference to one pass {prediction.difference:.2g}", fontsize=9)
    axes.set(xticks=[span.start for span in grid[1][1:]], yticks=[span.start for span in grid[0][1:]])
    axes.tick_params(labelsize=8, length=8, width=1.5, color="#d55e00")


def _place(axes: Axes, edges: tuple[int, int, int, int]) -> None:
    """Gives what is shown the coordinates of the image: left, top, right and bottom in pixels."""
    left, top, right, bottom = edges
    axes.images[0].set_extent((left, right, bottom, top))


def _outline_tile(axes: Axes, chosen: Tile) -> None:
    rows, columns = chosen
    _outline(axes, (columns.first, rows.first, columns.last, rows.last), BLUE, linewidth=3, gid="given")
    _outline(axes, (columns.start, rows.start, columns.stop, rows.stop), YELLOW, linewidth=3, gid="kept")


def _outline(axes: Axes, edges: tuple[int, int, int, int], colour: str, *, linewidth: float, **style: Any) -> None:
    left, top, right, bottom = edges
    frame = Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour, linewidth=linewidth, **style)
    frame.set_path_effects([Stroke(linewidth=linewidth + 1, foreground="black"), Normal()])
    axes.add_patch(frame)


def _legend(chosen: Tile, context: Context) -> list[Line2D]:
    given, kept = ("×".join(str(b - a) for a, b in sides) for sides in ([s[2:] for s in chosen], [s[:2] for s in chosen]))
    output = "×".join(str(span.last - span.first - 2 * context.eaten) for span in chosen)
    names = {BLUE: f"given to the network: {given} px", YELLOW: f"kept of its {output} px of output: {kept} px"}
    return [Line2D([], [], color=colour, linewidth=3, label=name) for colour, name in names.items()]
