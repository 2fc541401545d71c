"""The split that another program gives."""

import re
from pathlib import Path

import nibabel
import numpy as np
import pytest

from custom.data import given_split

given = given_split


@pytest.fixture
def volume(tmp_path):
    def make(name: str, channels: int = 3) -> dict[str, str]:
        paths = {"image": str(tmp_path / f"{name}.nii.gz"), "label": str(tmp_path / "labels" / f"{name}.nii.gz")}
        Path(paths["label"]).parent.mkdir(exist_ok=True)
        for key, shape in (("image", (6, 5, 4, channels)), ("label", (6, 5, 4))):
            nibabel.save(nibabel.Nifti1Image(np.zeros(shape, np.uint8), np.eye(4)), paths[key])
        return paths

    return make


def test_a_side_without_a_labelled_image_is_one_line(volume):
    with pytest.raises(ValueError, match=re.escape("train#dataset#data: no labelled image to train on, of 0")):
        given([], [])
    with pytest.raises(ValueError, match=re.escape("validate#dataset#data: no labelled image to validate on, of 1")):
        given([volume("a")], [])
    with pytest.raises(ValueError, match="label at least 2"):
        given_split([volume("a")], [])


def test_an_image_on_both_sides_is_refused(volume):
    item = volume("a")
    with pytest.raises(ValueError, match=rf"{item['image']}: is in train#dataset#data and in validate#dataset#data"):
        given([item], [item])


def test_images_of_other_channels_are_named(volume):
    with pytest.raises(ValueError, match=r"b.nii.gz: wrong channel count 1, expected 3"):
        given([volume("a")], [volume("b", channels=1)], in_channels=3)


def test_each_item_bears_the_name_of_its_image(volume):
    one, other = volume("a.b"), volume("c")
    assert given([one], [other]) == {"train": [{**one, "patient_id": "a.b"}], "val": [{**other, "patient_id": "c"}]}
