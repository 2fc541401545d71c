"""How large the objects of a prediction are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def object_sizes(
    labels: NDArray[Any],
    instances: NDArray[Any] | None = None,
    affine: NDArray[np.float64] | None = None,
    border_class: int = 0,
) -> dict[str, float]:
    """`pixels` of the foreground, their `share` of the image, how many `objects` there are, and the pixels of the `largest`.

    A volume also has `ml`. Of several foreground classes there are `pixels_1`, `pixels_2` … besides.

    Args:
        labels: (W, H) or (X, Y, Z), 0 for background.
        instances: the objects 1, 2 …, if they are known; else pixels that share an edge are one.
        affine: (4, 4) to millimetres; None for a picture.
        border_class: the label of borders between touching objects, which belong to no object; 0 for none.
    """
    foreground = (labels > 0) & (labels != border_class) if border_class else labels > 0
    pixels = int(np.count_nonzero(foreground))
    sizes = _sizes(foreground, pixels) if instances is None else np.bincount(instances.ravel())[1:]
    told: dict[str, float] = {"pixels": pixels, "share": pixels / labels.size}
    if affine is not None:
        told["ml"] = float(pixels * abs(np.linalg.det(affine[:3, :3])) / 1000)
    counts = np.bincount(labels.ravel().astype(np.intp)) if int(labels.max()) > 1 else np.zeros(0, int)
    classes = {f"pixels_{index}": int(count) for index, count in enumerate(counts) if index not in (0, border_class)}
    largest = int(sizes.max()) if len(sizes) else 0
    return {**told, **(classes if len(classes) > 1 else {}), "objects": len(sizes), "largest": largest}


def _sizes(foreground: NDArray[np.bool_], pixels: int) -> NDArray[np.intp]:
    """Pixels of each connected object; only the box that holds all of them is searched, and most slices hold none."""
    if not pixels:
        return np.zeros(0, np.intp)
    (box,) = ndimage.find_objects(foreground.view(np.uint8))
    objects, _ = ndimage.label(foreground[box])
    return np.bincount(objects.ravel())[1:]
