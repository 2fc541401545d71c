"""Figure 1 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, drawn from a network that runs."""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from custom.figures.layout import Box, Layout, place
from custom.figures.trace import trace
from custom.networks import UNet

# Of Okabe and Ito's palette, which people with any colour vision tell apart.
COLOURS = {"conv": "#0072b2", "copy": "#7f7f7f", "pool": "#d55e00", "up": "#009e73", "last": "#cc79a7"}
INCHES = 0.62  # size of a unit of the layout
TEXT = 0.27  # height of a line of text, in units
MARGIN = 0.75
LEGEND = 2.2  # height of the legend, which has no room of its own under a shallow U


def draw_architecture(network: UNet, height: int = 572, width: int | None = None) -> Figure:
    """The U of a network: its feature maps as boxes, with their channels above and their size below, and its operations.

    Args:
        network: made under `torch.device("meta")`, it need not compute.
        height: height of the image in pixels.
        width: width of the image in pixels; by default it is square.

    Raises:
        ValueError: if the image has no pixels or does not fit the network.
    """
    width = height if width is None else width
    if min(height, width) < 1:
        raise ValueError(f"image must have at least 1 px on each side, got {height}×{width}")
    boxes = place(trace(network, height, width))
    left, right = boxes.down[0][0].left - MARGIN, boxes.logits.right + MARGIN
    low, high = boxes.down[-1][0].bottom - MARGIN - (LEGEND if network.depth < 4 else 0), 2.4 * TEXT
    figure = Figure(figsize=((right - left) * INCHES, (high - low) * INCHES), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1), aspect="equal", xlim=(left, right), ylim=(low, high))
    axes.set_axis_off()
    _boxes(axes, boxes)
    _arrows(axes, boxes)
    axes.text(boxes.down[0][0].left, TEXT * 1.3, "image", fontsize=9, style="italic", va="bottom")
    axes.text(boxes.logits.right, TEXT * 1.3, "logits", fontsize=9, style="italic", ha="right", va="bottom")
    _legend(axes, network)
    return figure


def _boxes(axes: Axes, boxes: Layout) -> None:
    for number, path in enumerate(boxes.down):
        for index, box in enumerate(path):
            # A pooled map has the channels of the map above it, and the arrow's head where they would stand.
            _box(axes, box, channels="" if number and not index else str(box.maps.channels))
    for row, level in zip(boxes.up, reversed(boxes.down[:-1]), strict=True):
        skip, given = row[:2]
        _box(axes, skip, size=False, face="white")
        _box(axes, given, size=False)
        middle = (skip.left + given.right) / 2
        axes.text(middle, given.top + 0.05, str(skip.maps.channels + given.maps.channels), ha="center", va="bottom", fontsize=8)
        axes.text(middle, given.bottom - 0.06, _size(given), ha="center", va="top", fontsize=7)
        for box in row[2:]:
            _box(axes, box, channels=str(box.maps.channels))
        source = level[-1]
        if source.high > skip.high:
            crop = (source.left, skip.bottom), source.wide, skip.high
            axes.add_patch(Rectangle(*crop, fill=False, linestyle=(0, (3, 2)), linewidth=1, edgecolor="white"))
    _box(axes, boxes.logits, channels=str(boxes.logits.maps.channels))


def _box(axes: Axes, box: Box, *, channels: str = "", size: bool = True, face: str = "#56b4e9") -> None:
    axes.add_patch(Rectangle((box.left, box.bottom), box.wide, box.high, facecolor=face, edgecolor="#0072b2", linewidth=0.8))
    axes.text(box.x, box.top + 0.05, channels, ha="center", va="bottom", fontsize=8)
    if size:
        axes.text(box.x, box.bottom - 0.06, _size(box), ha="center", va="top", fontsize=7)


def _size(box: Box) -> str:
    return f"{box.maps.height}×{box.maps.width}"


def _arrows(axes: Axes, boxes: Layout) -> None:
    for row in (*boxes.down, *(row[1:] for row in boxes.up)):
        for source, target in pairwise(row):
            _arrow(axes, "conv", (source.right, source.y), (target.left, target.y))
    for upper, lower in pairwise(boxes.down):
        _arrow(axes, "pool", (upper[-1].x, upper[-1].bottom - TEXT), (lower[0].x, lower[0].top))
    source = boxes.down[-1][-1]
    for row, level in zip(boxes.up, reversed(boxes.down[:-1]), strict=True):
        _arrow(axes, "up", (source.x, source.top + TEXT), (row[1].x, row[1].bottom - TEXT))
        _arrow(axes, "copy", (level[-1].right, level[-1].y), (row[0].left, row[0].y))
        source = row[-1]
    _arrow(axes, "last", (source.right, source.y), (boxes.logits.left, boxes.logits.y))


def _arrow(axes: Axes, kind: str, start: Sequence[float], end: Sequence[float]) -> None:
    style = {"arrowstyle": "-|>", "color": COLOURS[kind], "linewidth": 1.6, "shrinkA": 2, "shrinkB": 2, "mutation_scale": 9}
    axes.annotate("", xy=(end[0], end[1]), xytext=(start[0], start[1]), arrowprops=style)


def _legend(axes: Axes, network: UNet) -> None:
    modules = {type(module).__name__ for module in network.modules()}
    used = set(COLOURS) if network.depth > 1 else {"conv", "last"}
    names = {
        "conv": "conv 3×3, batch norm, ReLU" if "BatchNorm2d" in modules else "conv 3×3, ReLU",
        "copy": "copy" if network.padding else "copy and crop",
        "pool": "max pool 2×2",
        "up": "up-conv 2×2" if "ConvTranspose2d" in modules else "upsample 2×2, conv 1×1",
        "last": "conv 1×1",
    }
    handles = [Line2D([], [], color=COLOURS[kind], linewidth=2.5, label=name) for kind, name in names.items() if kind in used]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    title = f"{parameters:,} parameters".replace(",", " ")
    legend = axes.legend(handles=handles, title=title, loc="lower right", frameon=False, fontsize=9, title_fontsize=9)
    legend.set_alignment("left")
