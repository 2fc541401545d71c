"""Images take the labels of their own part and folder, where files of several bear the same numbers."""

from pathlib import Path

import pytest
from own_sets import noise, pairs, save

from custom.init.layout import find_layout


@pytest.mark.parametrize(
    ("images", "labels", "others"),
    [
        ("train_images", "train_masks", ("val_images", "val_masks")),
        ("train_images", "train_masks", ("test_images", "test_masks")),
        ("images_train", "labels_train", ("images_test", "labels_test")),
        ("imagesTr", "labelsTr", ("imagesTs", "labelsTs")),
        ("images", "masks", ("test_images", "test_masks")),
        ("trainimages", "trainmasks", ("testimages", "testmasks")),
        ("train", "trainannot", ("val", "valannot")),
    ],
)
def test_numbered_images_take_the_labels_of_their_own_part(
    images: str, labels: str, others: tuple[str, str], tmp_path: Path
) -> None:
    pairs(tmp_path, f"{images}/{{}}.png", f"{labels}/{{}}.png")
    pairs(tmp_path, f"{others[0]}/{{}}.png", f"{others[1]}/{{}}.png", number=8)
    layout = find_layout(tmp_path)
    assert layout.root == tmp_path
    assert layout.names[:2] == (images, labels)
    assert layout.notes == (f"{', '.join(others)}: left out of the training, to judge it by",)


@pytest.mark.parametrize(("train", "test"), [("Train Set", "Test Set"), ("training-data", "test-data"), ("TrainSet", "ValSet")])
def test_parts_may_be_called_by_two_words(train: str, test: str, tmp_path: Path) -> None:
    for part in (train, test):
        pairs(tmp_path / part, "Images/{}.png", "Ground-truths/mask_{}.png")
    layout = find_layout(tmp_path)
    assert (layout.root, layout.names[:2]) == (tmp_path / train, ("Images", "Ground-truths"))
    assert layout.notes == (f"{test}: left out of the training, to judge it by",)


def test_images_without_labels_do_not_take_those_of_the_training(tmp_path: Path) -> None:
    pairs(tmp_path, "train/{}.png", "train_masks/{}_mask.png")
    for number in range(1, 7):
        save(noise(number), tmp_path / f"test/{number}.png")
    layout = find_layout(tmp_path)
    assert layout.names[:4] == ("train", "train_masks", "", "_mask")
    assert layout.notes == ("test: left out of the training, to judge it by",)


@pytest.mark.parametrize("folder", ["test", "new"])
def test_labels_beside_their_images_are_not_those_of_others_of_their_numbers(folder: str, tmp_path: Path) -> None:
    pairs(tmp_path, "{}.png", "{}_mask.png")
    for number in range(1, 7):
        save(noise(number), tmp_path / f"{folder}/{number}.png")
    with pytest.raises(ValueError, match=f"6 images have labels, but these files have no partner: {folder}/1.png"):
        find_layout(tmp_path)


def test_a_part_that_lies_alone_is_taken(tmp_path: Path) -> None:
    pairs(tmp_path, "test_images/{}.png", "test_masks/{}.png")
    assert find_layout(tmp_path).names[:2] == ("test_images", "test_masks")
