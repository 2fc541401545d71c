"""NIfTI volumes from the slices of the LGG set, as MONAI Label takes them."""

from collections.abc import Sequence
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from custom.data.kaggle import Slice


def volume_of(items: Sequence[Slice]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Image (H, W, D, 3) and mask (H, W, D) of {0, 1} of one patient's slices.

    The first axis runs along the columns of a slice, to the patient's left, the second along its rows, to the back, the third
    from slice to slice, to the head.

    Raises:
        ValueError: if there are no slices, or they are of several patients or sizes, or not numbered 1, 2, 3 …
    """
    ordered = sorted(items, key=lambda item: item["slice_index"])
    patients = {item["patient_id"] for item in ordered}
    if len(patients) != 1:
        raise ValueError(f"items must be slices of one patient, got {len(patients)}")
    numbers = [item["slice_index"] for item in ordered]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"slices of {patients.pop()} must be numbered from 1 without gaps, got {numbers}")
    images, masks = ([_pixels(item[key]) for item in ordered] for key in ("image", "label"))
    if len({array.shape for array in images}) != 1:
        raise ValueError(f"slices of {patients.pop()} must be of one size")
    image, mask = (np.stack(arrays).swapaxes(0, 2) for arrays in (images, masks))
    return image, (mask > 0).astype(np.uint8)


def _pixels(path: str) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)


def lps_affine(
    spacing_mm: tuple[float, float, float], origin_mm: tuple[float, float, float], tilt_degrees: float
) -> NDArray[np.float64]:
    """Affine (4, 4) of such a volume, tilted about the axis from left to right as the gantry of a scanner is."""
    angle = np.deg2rad(tilt_degrees)
    tilt = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    affine = np.eye(4)
    affine[:3, :3] = tilt @ np.diag([-1, -1, 1]) @ np.diag(spacing_mm)
    affine[:3, 3] = origin_mm
    return affine


def save_volume(values: NDArray[np.uint8], affine: NDArray[np.float64], path: Path, axcodes: str = "LPS") -> None:
    """Writes a volume whose axes are L, P, S, with the same anatomy in the same place, stored in the order of `axcodes`."""
    orientations = nibabel.orientations
    turn = orientations.ornt_transform(orientations.axcodes2ornt("LPS"), orientations.axcodes2ornt(tuple(axcodes)))
    volume = nibabel.Nifti1Image(values, affine).as_reoriented(turn)
    volume.header.set_xyzt_units("mm")
    nibabel.save(volume, path)
