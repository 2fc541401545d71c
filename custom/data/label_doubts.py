"""What labels may mean otherwise than they are read: drawn black on white, as outlines, as classes in place of objects."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.data.closed_lines import ClosedLines
from custom.data.eight_bits import cut_to_8_bits
from custom.data.scattered import is_scattered
from custom.files import Image

EDGE = 0.95  # share of an image's outermost pixels; objects that fill so much of them are rare
BETWEEN = 0.1  # share of labels that mark a part of their edges; of patches of tissue, say, more do
MOST_LABELS = 40  # further labels are passed by
MOST = 0.5  # share of these labels


class LabelDoubts:
    """What was seen in the labels of a data set.

    Args:
        instances: whether they number objects.
    """

    def __init__(self, instances: bool = False) -> None:
        self.instances = instances
        self.lines, self.cut = ClosedLines(), list[str]()
        self.black_on_white: list[str] = []
        self.edges: list[float] = []
        self.marks_edge: list[str] = []
        self.numbered, self.scattered = 0, list[str]()

    def look(self, name: str, label: Image, values: Sequence[float]) -> None:
        """Looks at a further label, of that name, which holds these values, sorted."""
        self.lines.look(name, label.values)
        if (label.values > 0).any():
            self._look_at_edge(name, label)
        if self.instances:
            self._look_at_numbers(name, label.values, values)

    def notes(self) -> list[str]:
        """A line for each doubt."""
        notes = [*self.cut, *filter(None, [self.lines.note()])]
        invert = "; if they were drawn black on white, invert them"
        if self.black_on_white:
            notes.append(f"0 is shown as white in {_such_as(self.black_on_white)}, and their edges are marked{invert}")
        elif self._few_mark_their_edges():
            mend = "if their background is not 0, as where they were drawn black on white, make it 0"
            notes.append(f"the edges of {_such_as(self.marks_edge)}, are marked, and not those of the others; {mend}")
        if len(self.scattered) > MOST * self.numbered:
            told = f"most numbers mark several parts, which lie apart, in {_such_as(self.scattered)}"
            notes.append(f"{told}; if they are classes or greys, give each object a number of its own")
        return notes

    def _look_at_edge(self, name: str, label: Image) -> None:
        values = label.values
        edge = np.concatenate([values[0].ravel(), values[-1].ravel(), values[:, 0].ravel(), values[:, -1].ravel()])
        self.edges.append(float((edge > 0).mean()))
        if self.edges[-1] >= EDGE and values.min() < values.max():
            self.marks_edge.append(name)
            self.black_on_white += [name] * (label.header.white_is_zero or label.header.white_first)

    def _few_mark_their_edges(self) -> bool:
        """Whether some labels mark their edges, but most do not, and hardly any in part."""
        between = sum(1 - EDGE < share < EDGE for share in self.edges)
        return 0 < len(self.marks_edge) < MOST * len(self.edges) and between <= BETWEEN * len(self.edges)

    def _look_at_numbers(self, name: str, label: NDArray[Any], values: Sequence[float]) -> None:
        if doubt := cut_to_8_bits(label, values):
            self.cut.append(f"{name}: {doubt}")
        if self.numbered < MOST_LABELS and sum(value > 0 for value in values) > 1:
            self.numbered += 1
            self.scattered += [name] * is_scattered(label)


def _such_as(names: list[str]) -> str:
    return f"{len(names)} label{'s' if len(names) > 1 else ''}, such as {names[0]}"
