"""How large the objects of labels are: their extent, their width at the widest place, and how many touch."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

MOST_OF_A_PLANE = 60  # objects of a plane that are measured
WIDE_SHARE = 0.95  # share of the objects' area that lies in objects no wider than `width_px`
EIGHT = np.ones((3, 3))


@dataclass
class Objects:
    """Sizes in pixels of the objects of several labels.

    Attributes:
        areas: pixels of each object.
        widths: width of each object at its widest place: the diameter of the largest disc in it.
        typical_widths: width of each label, over all its labelled pixels: a line of width w gives w.
        gaps: the same for each label, of the ground between objects.
        touching: share of objects of each label that touch another one; for instances.
    """

    areas: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    typical_widths: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    touching: list[float] = field(default_factory=list)

    def extent_px(self) -> float:
        """The diameter of a disc as large as the median object; 0 without objects."""
        return float(2 * np.sqrt(np.median(self.areas) / np.pi)) if self.areas else 0.0

    def width_px(self) -> float:
        """The width that objects with 95 % of all objects' area do not exceed at their widest place; 0 without objects."""
        if not self.widths:
            return 0.0
        order = np.argsort(self.widths)
        below = np.cumsum(np.array(self.areas)[order])
        return float(self.widths[order[np.searchsorted(below, WIDE_SHARE * below[-1])]])

    def thinnest_px(self) -> float:
        """The typical width of what is thinner, the objects or the ground between them; at most `width_px`."""
        typical = [float(np.median(widths)) for widths in (self.typical_widths, self.gaps) if widths]
        return min([*typical, self.width_px()]) if typical else 0.0


def objects_in(label: NDArray[Any], objects: Objects) -> list[bool]:
    """Adds the objects of a label (H, W) to those known; whether the pixels of each of its values are one piece.

    Args:
        label: whole numbers; 0 and below is ground.
        objects: gets their sizes.
    """
    mask = label > 0
    if not mask.any():
        return []
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    objects.typical_widths.append(_typical(depth[mask]))
    if not mask.all():
        objects.gaps.append(_typical(ndimage.distance_transform_edt(~mask)[~mask]))
    values = np.unique(label[mask])
    compact = [ndimage.label(label == value, EIGHT)[1] == 1 for value in values[:MOST_OF_A_PLANE]]
    pieces = label * mask if len(values) > 1 and all(compact) else ndimage.label(mask)[0]
    numbers, areas = (told[:MOST_OF_A_PLANE] for told in np.unique(pieces[mask], return_counts=True))
    objects.areas += areas.tolist()
    objects.widths += [2 * float(width) - 1 for width in _depths(pieces, numbers, depth, len(values) > 1)]
    objects.touching.append(_touching(pieces, numbers))
    return compact


def _typical(depth: NDArray[Any]) -> float:
    """Width of a band whose pixels lie so deep: on average a quarter of its width."""
    return float(4 * (depth.mean() - 0.5)) or 1.0


def _depths(pieces: NDArray[Any], numbers: NDArray[Any], depth: NDArray[Any], several: bool) -> list[float]:
    if not several:
        return [float(value) for value in ndimage.maximum(depth, pieces, numbers)]
    boxes = ndimage.find_objects(pieces.astype(np.int64))
    return [float(ndimage.distance_transform_edt(np.pad(pieces[boxes[n - 1]] == n, 1)).max()) for n in numbers]


def _touching(pieces: NDArray[Any], numbers: NDArray[Any]) -> float:
    """Share of the objects that have a pixel beside one of another object."""
    met: set[int] = set()
    for one, other in ((pieces[1:], pieces[:-1]), (pieces[:, 1:], pieces[:, :-1])):
        meets = (one != other) & (one > 0) & (other > 0)
        met |= {*one[meets].tolist(), *other[meets].tolist()}
    return len(met & {*numbers.tolist()}) / len(numbers)
