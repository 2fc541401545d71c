"""Objects across blocks: parts that touch over a face are one object, and objects are numbered as those of the whole image are.

In memory are the parts on faces, and all parts of one row of blocks; never a pixel but those of two faces. `segment` has it
number the image with columns as rows.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from custom.large.grid import Grid
from custom.large.objects import Parts

Ints = NDArray[np.int64]
PIXELS = 2**20  # compared at a time


class Nodes(NamedTuple):
    """The parts on faces, of all blocks one after the other.

    Attributes:
        starts: where a block's nodes begin; one more than there are blocks.
        parts: the number of each part in its block.
        groups: the object that each belongs to, from 0.
        sizes: pixels of each object.
        first: the first pixel of each object, counted over all time points.
    """

    starts: Ints
    parts: NDArray[np.int32]
    groups: Ints
    sizes: Ints
    first: Ints

    def of(self, index: int) -> slice:
        """The nodes of a block."""
        return slice(int(self.starts[index]), int(self.starts[index + 1]))


def joined_parts(grid: Grid, parts_of: Callable[[int], Parts]) -> Nodes:
    """The parts on faces, joined to objects.

    Args:
        grid: the blocks.
        parts_of: gives the parts of a block.
    """
    parts_of = lru_cache(maxsize=2 * grid.counts[3] + 2)(parts_of)
    touching, sizes, first = [], [], []
    for index in range(len(grid)):
        parts = parts_of(index)
        touching.append(parts.touching)
        sizes.append(parts.sizes[touching[-1] - 1])
        first.append(parts.first[touching[-1] - 1] + _offset(grid, index))
    starts = np.cumsum([0, *map(len, touching)])
    pairs = [np.zeros((2, 0), np.int64)]
    for index in range(len(grid)):
        for axis in range(3):
            other = grid.behind(index, axis)
            if other is not None:
                mine, theirs = _touching(parts_of(index).faces[2 * axis + 1], parts_of(other).faces[2 * axis])
                places = np.searchsorted(touching[index], mine), np.searchsorted(touching[other], theirs)
                pairs.append(np.stack([places[0] + starts[index], places[1] + starts[other]]))
    ends, number = np.concatenate(pairs, axis=1), int(starts[-1])
    graph = coo_array((np.ones(ends.shape[1], bool), (ends[0], ends[1])), shape=(number, number))
    count, groups = connected_components(graph, directed=False) if number else (0, np.zeros(0, np.int64))
    least = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(least, groups, np.concatenate([*first, np.zeros(0, np.int64)]))
    together = np.zeros(count, np.int64)
    np.add.at(together, groups, np.concatenate([*sizes, np.zeros(0, np.int64)]))
    return Nodes(starts, np.concatenate([*touching, np.zeros(0, np.int32)]), groups, together, least)


def tables(
    grid: Grid, parts_of: Callable[[int], Parts], nodes: Nodes, min_size_px: int
) -> Iterator[tuple[int, NDArray[np.uint32]]]:
    """The final number of each part of a block, from 0 for what is no part, block by block in order.

    Args:
        grid: the blocks.
        parts_of: gives the parts of a block.
        nodes: what `joined_parts` gives.
        min_size_px: objects of fewer pixels get the number 0.
    """
    numbers = np.zeros(len(nodes.sizes), np.uint32)
    before, t = 0, 0
    for band in grid.bands():
        if grid.places(band.start)[0] != t:
            before, t = 0, grid.places(band.start)[0]
        parts = {index: parts_of(index) for index in band}
        inner = {index: _inner(parts[index], min_size_px) for index in band}
        beginning = _beginning(grid, band, parts, nodes)
        kept = beginning[nodes.sizes[beginning] >= min_size_px]
        firsts = [nodes.first[kept] - _offset(grid, band.start), *(parts[index].first[inner[index] - 1] for index in band)]
        ordered = np.sort(np.concatenate(firsts))
        numbers[kept] = before + 1 + np.searchsorted(ordered, firsts[0])
        for index in band:
            table = np.zeros(len(parts[index].sizes) + 1, np.uint32)
            table[inner[index]] = before + 1 + np.searchsorted(ordered, parts[index].first[inner[index] - 1])
            own = nodes.of(index)
            table[nodes.parts[own]] = numbers[nodes.groups[own]]
            yield index, table
        before += len(ordered)


def _inner(parts: Parts, min_size_px: int) -> Ints:
    """Parts that touch no face, and are large enough."""
    whole = parts.sizes >= min_size_px
    whole[parts.touching - 1] = False
    return 1 + np.flatnonzero(whole)


def _beginning(grid: Grid, band: range, parts: dict[int, Parts], nodes: Nodes) -> Ints:
    """The objects on faces whose first pixel lies in these blocks."""
    found = [np.zeros(0, np.int64)]
    for index in band:
        own = nodes.of(index)
        groups = nodes.groups[own]
        first = parts[index].first[nodes.parts[own] - 1] + _offset(grid, index)
        found.append(groups[first == nodes.first[groups]])
    return np.unique(np.concatenate(found))


def _touching(one: NDArray[np.int32], other: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The parts that lie beside each other on two faces, each pair once."""
    pairs = [np.zeros(0, np.int64)]
    for start in range(0, one.size, PIXELS):
        mine, theirs = (face.reshape(-1)[start : start + PIXELS] for face in (one, other))
        both = np.flatnonzero((mine > 0) & (theirs > 0))
        told = (mine[both].astype(np.int64) << 32) + theirs[both]
        pairs.append(told[np.flatnonzero(np.diff(told, prepend=-1))])  # few are left of a run of pixels
    found = np.unique(np.concatenate(pairs))
    return (found >> 32).astype(np.int32), (found & 0xFFFFFFFF).astype(np.int32)


def _offset(grid: Grid, index: int) -> int:
    """The number of pixels of all earlier time points."""
    _, z, y, x = grid.shape
    return grid.places(index)[0] * z * y * x
