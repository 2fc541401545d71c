"""The one picture of an image that shows its prediction best, as a person looks at it."""

from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from custom.handlers.result_files import is_volume


def shown_slice(image_path: str, labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Image (H, W) or (H, W, C) and labels (H, W): a slice itself, or the axial slice of a volume with most labels.

    Volumes are shown as radiologists do: anterior on top, the patient's right on the left.

    Args:
        image_path: of the image.
        labels: its prediction, (W, H) of a slice, or (H, W, D) or (H, W) of NIfTI in the geometry of the file.
    """
    if not is_volume(image_path):
        with Image.open(image_path) as picture:
            return np.asarray(picture), labels.T
    source: Any = nibabel.load(image_path)
    if labels.ndim == 2:
        source, labels = type(source)(np.asarray(source.dataobj)[:, :, None], source.affine), labels[:, :, None]
    canonical: Any = nibabel.as_closest_canonical
    prediction = canonical(type(source)(labels.astype(np.uint8), source.affine))
    sizes = np.count_nonzero(np.asarray(prediction.dataobj), axis=(0, 1))
    axial = int(sizes.argmax()) if sizes.any() else len(sizes) // 2
    image, shown = (np.asarray(volume.dataobj[:, :, axial]) for volume in (canonical(source), prediction))
    # Axes of a canonical volume run to the right, the front and the top of the patient.
    return image[::-1, ::-1].swapaxes(0, 1), shown[::-1, ::-1].T
