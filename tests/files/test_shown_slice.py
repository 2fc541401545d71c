"""The slice of a volume that is shown, as radiologists look at it."""

import numpy as np
from counted_volumes import save_volume

from custom.files import Header, Image, read_image
from custom.files.shown_slice import shown_slice


def test_the_slice_with_most_labels_is_shown_with_anterior_on_top_and_right_on_the_left(tmp_path):
    # Axes to the right, the front and the top of the patient; 2 voxels wide, 3 deep, 4 high.
    image = save_volume(tmp_path / "v.nii", (2, 3, 4))
    labels = np.zeros((2, 3, 4))
    labels[1, 2, 1] = 1
    labels[1, 1:, 3] = 1
    shown, mask = shown_slice(read_image(image), labels)
    assert mask.tolist() == [[1, 0], [1, 0], [0, 0]]
    assert shown[0, 0] == np.arange(24).reshape(2, 3, 4)[1, 2, 3]


def test_a_volume_stored_along_other_axes_is_shown_alike(tmp_path):
    # The volume of the test before with its axes to the top, the left and the front.
    affine = np.array([[0.0, -1, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    labels = np.zeros((2, 3, 4))
    labels[1, 2, 1] = 1
    labels[1, 1:, 3] = 1
    image = save_volume(tmp_path / "v.nii", (4, 2, 3), affine)
    _, mask = shown_slice(read_image(image), labels[::-1].transpose(2, 0, 1))
    assert mask.tolist() == [[1, 0], [1, 0], [0, 0]]


def test_a_picture_is_shown_as_it_is(tmp_path):
    values = np.arange(6, dtype=np.uint8).reshape(2, 3)
    shown, mask = shown_slice(Image(Header((2, 3), 1, values.dtype), values), values.T > 2)
    assert shown is values
    assert np.array_equal(mask, values > 2)


def test_without_labels_the_middle_is_shown(tmp_path):
    image = save_volume(tmp_path / "v.nii", (2, 3, 4))
    shown, mask = shown_slice(read_image(image), np.zeros((2, 3, 4)))
    assert not mask.any()
    assert shown[0, 0] == np.arange(24).reshape(2, 3, 4)[1, 2, 2]
