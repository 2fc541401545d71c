"""The one picture of an image that shows its prediction best, as a person looks at it."""

from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from custom.files.kinds import Image


def shown_slice(image: Image, labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Image (H, W) or (H, W, C) and labels (H, W): a picture itself, or the axial slice of a volume with most labels.

    Volumes are shown as radiologists do: anterior on top, the patient's right on the left.

    Args:
        image: header and values, from `custom.files.read_image`.
        labels: its prediction, (W, H) of a picture, or (X, Y, Z) or (X, Y) of a volume on its grid.
    """
    if image.header.affine is None:
        return image.values, labels.T
    values = image.values
    if labels.ndim == 2:
        values, labels = values[:, :, None], labels[:, :, None]
    to_canonical = nibabel.io_orientation(image.header.affine)
    values, labels = (nibabel.apply_orientation(array, to_canonical) for array in (values, labels))
    sizes = np.count_nonzero(labels, axis=(0, 1))
    axial = int(sizes.argmax()) if sizes.any() else len(sizes) // 2
    # Axes of a canonical volume run to the right, the front and the top of the patient.
    shown, mask = values[:, :, axial], labels[:, :, axial]
    return shown[::-1, ::-1].swapaxes(0, 1), mask[::-1, ::-1].T
