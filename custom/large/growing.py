"""Objects of a block grown into the border around them, as `connected_instances` does with the whole image."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from custom.large.grid import Block
from custom.large.objects import STRUCTURE
from custom.large.output import read_labels
from custom.large.settings import Settings
from custom.transforms.instances import MOST_STEPS, grown_into

SIDE_PX, THICK_SIDE_PX = 2048, 256


def grown_block(settings: Settings, block: Block) -> NDArray[np.uint32]:
    """The instances (Z, Y, X) of a block, grown into the border class.

    Blocks around it may be grown already, so only their pixels outside the border class are used.
    """
    side = SIDE_PX if settings.shape[2] == 1 else THICK_SIDE_PX
    instances = read_labels(settings, "instances", block.t, block.z, block.y, block.x)
    borders = read_labels(settings, "segmentation", block.t, block.z, block.y, block.x) == settings.border_class
    instances = np.where(borders, 0, instances)
    for top, left in product(range(0, block.shape[1], side), range(0, block.shape[2], side)):
        place = (slice(None), slice(top, top + side), slice(left, left + side))
        if borders[place].any():
            rows, columns = (
                slice(start + whole.start, min(start + side + whole.start, whole.stop))
                for start, whole in ((top, block.y), (left, block.x))
            )
            instances[place] = _grown(settings, block.t, (block.z, rows, columns))
    return instances


def _grown(settings: Settings, t: int, own: tuple[slice, slice, slice]) -> NDArray[np.uint32]:
    sizes = settings.shape[2:]
    around = [
        slice(max(one.start - MOST_STEPS, 0), min(one.stop + MOST_STEPS, size)) for one, size in zip(own, sizes, strict=True)
    ]
    borders = read_labels(settings, "segmentation", t, *around) == settings.border_class
    objects = np.where(borders, 0, read_labels(settings, "instances", t, *around)).astype(np.int32)
    # Columns before rows, as `predict` does: of objects equally far away that which comes first is taken.
    grown = grown_into(borders.swapaxes(-1, -2), objects.swapaxes(-1, -2), STRUCTURE).swapaxes(-1, -2)
    return grown[tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(own, around, strict=True))].astype(np.uint32)
