"""Where the feature maps of a U-Net stand in a drawing of the U, in arbitrary units.

::

    ▯─▯─▯ ───────────► ▯▯─▯─▯─▯     a level: boxes from left to right, their middles in one line
        └▯─▯─▯ ────► ▯▯─▯─▯┘
             └▯─▯─▯┘                each deeper level begins below the last box of the one above it
"""

from typing import NamedTuple

from custom.figures.trace import Maps, Trace

HIGHEST, WIDEST, THINNEST = 2.8, 0.9, 0.07
STEP, DROP = 0.8, 0.95  # from box to box, and from level to level


class Box(NamedTuple):
    """Feature maps as drawn: centre and size of a box as high as they are large and as wide as they are many."""

    x: float
    y: float
    wide: float
    high: float
    maps: Maps

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.wide / 2

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.x - self.wide / 2

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y + self.high / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y - self.high / 2


class Layout(NamedTuple):
    """The boxes of a trace.

    Attributes:
        down: for each level what enters it and its two convolutions; the last of the first level's may be the logits.
        up: for each level, the second deepest first: the skip, what upsampling gives, and the two convolutions.
        logits: the output.
    """

    down: list[list[Box]]
    up: list[list[Box]]
    logits: Box


def place(seen: Trace) -> Layout:
    """Boxes for all feature maps of a trace, from left to right."""
    scale = Scale(seen)
    down: list[list[Box]] = []
    x = 0.0
    for level, maps in enumerate(seen.down):
        down.append(scale.row(maps, x, level))
        x = down[-1][-1].x
    up: list[list[Box]] = []
    for level, (given, joined, *convolved) in zip(range(len(down) - 2, -1, -1), seen.up, strict=True):
        skip = given._replace(channels=joined.channels - given.channels)
        row = scale.row([given, *convolved], x, level)
        wide = scale.wide(skip)
        up.append([Box(row[0].left - wide / 2, row[0].y, wide, row[0].high, skip), *row])
        x = row[-1].x
    return Layout(down, up, scale.row([(up or down)[-1][-1].maps, *seen.logits], x, 0)[-1])


class Scale:
    """Sizes of boxes, and the height of each level's middle line."""

    def __init__(self, seen: Trace) -> None:
        self.largest_px = max(seen.down[0][0][1:])
        self.most_channels = max(maps.channels for level in seen.down for maps in level)
        highs = [self.high(level[0]) for level in seen.down]
        self.middles = [-sum(highs[:level]) - DROP * level - highs[level] / 2 for level in range(len(highs))]

    def wide(self, maps: Maps) -> float:
        """Grows with the square root of the channels, so that the first level's can still be seen."""
        return max(WIDEST * (maps.channels / self.most_channels) ** 0.5, THINNEST)

    def high(self, maps: Maps) -> float:
        """Grows with the height, to the power of 0.6."""
        return HIGHEST * (maps.height / self.largest_px) ** 0.6

    def row(self, level_maps: list[Maps], x: float, level: int) -> list[Box]:
        """Boxes side by side, the middle of the first at `x`."""
        row: list[Box] = []
        for maps in level_maps:
            wide = self.wide(maps)
            centre = row[-1].right + STEP + wide / 2 if row else x
            row.append(Box(centre, self.middles[level], wide, self.high(maps), maps))
        return row
