"""Labels that are stored along other axes than their images: told from those that lie elsewhere."""

from itertools import permutations, product
from pathlib import Path

import nibabel
import numpy as np
import pytest

from custom.data import quick_check
from custom.data.directions import directions_differ
from custom.files import read_header

OBLIQUE = np.eye(4)
OBLIQUE[:3, :3] = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]]) * [0.5, 0.75, 3]
OBLIQUE[:3, 3] = -40, 12.25, 90
VOXELS = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)


def write(path: Path, affine: np.ndarray = OBLIQUE, turn: tuple[tuple[int, int], ...] = ((0, 1), (1, 1), (2, 1))) -> Path:
    volume = nibabel.Nifti1Image(VOXELS, affine).as_reoriented(np.array(turn))  # type: ignore[no-untyped-call]
    nibabel.save(volume, path)  # type: ignore[attr-defined]
    return path


def told(image: Path, label: Path, **options: str) -> str:
    with pytest.raises(ValueError) as error:
        quick_check([{"image": str(image), "label": str(label)}], **options)
    return str(error.value)


def test_every_other_order_and_direction_of_axes_is_told(tmp_path):
    image = read_header(write(tmp_path / "image.nii"))
    for order, signs in product(permutations(range(3)), product((1, -1), repeat=3)):
        label = read_header(write(tmp_path / "label.nii", turn=tuple(zip(order, signs, strict=True))))
        assert bool(directions_differ(image, label)) == (order != (0, 1, 2) or signs != (1, 1, 1)), (order, signs)


def test_a_label_in_another_orientation_on_one_box_is_not_advised_to_be_taken_as_stored(tmp_path):
    image = write(tmp_path / "image.nii", np.diag([-1.0, 1, 1, 1]))
    line = told(image, write(tmp_path / "label.nii", np.diag([-1.0, 1, 1, 1]), ((0, 1), (1, -1), (2, 1))))
    assert "its voxels run to LPS, those of its image to LAS, through one box" in line
    assert "save both in one orientation, as nibabel.as_closest_canonical does" in line and "label_geometry" not in line
    assert "run to PLS" in told(image, write(tmp_path / "label.nii", np.diag([-1.0, 1, 1, 1]), ((1, 1), (0, -1), (2, 1))))


def test_a_label_elsewhere_is_told_so_and_may_be_taken_as_stored(tmp_path):
    image, label = write(tmp_path / "image.nii"), write(tmp_path / "label.nii", np.diag([1.0, -1, 1, 1]))
    assert "its affine places it elsewhere than its image" in told(image, label)
    quick_check([{"image": str(image), "label": str(label)}], label_geometry="image")
