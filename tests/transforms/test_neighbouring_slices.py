from pathlib import Path

import numpy as np
import pytest
import torch
from monai.transforms import EnsureChannelFirstd, LoadImaged
from PIL import Image

from custom.transforms import NeighbouringSlicesd


def save(path: Path, value: int, size: tuple[int, int] = (4, 6)) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.full(size, value, np.uint8)).save(path)


def channels(path: Path) -> list[float]:
    """The values of the channels; each is constant."""
    item = {"image": str(path)}
    for transform in (LoadImaged("image"), EnsureChannelFirstd("image"), NeighbouringSlicesd("image")):
        item = transform(item)
    assert item["image"].shape == (3, 6, 4) and item["image"].meta["filename_or_obj"] == str(path)
    assert torch.equal(item["image"].amin((1, 2)), item["image"].amax((1, 2)))
    return item["image"][:, 0, 0].tolist()


def test_a_slice_comes_first_then_the_one_before_and_the_one_behind_by_number(tmp_path: Path) -> None:
    for number in (1, 2, 9, 10, 11):
        save(tmp_path / f"{number}.png", number)
        save(tmp_path / f"{number}_mask.png", 100)
        save(tmp_path / f"{number}.jpg", 200)
    assert channels(tmp_path / "9.png") == [9, 2, 10]
    assert channels(tmp_path / "10.png") == [10, 9, 11]


def test_the_stack_is_mirrored_at_its_ends(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        save(tmp_path / f"{number}.png", number)
    assert channels(tmp_path / "1.png") == [1, 2, 2]
    assert channels(tmp_path / "3.png") == [3, 2, 2]


def test_a_lone_slice_is_its_own_neighbour_until_another_comes(tmp_path: Path) -> None:
    save(tmp_path / "1.png", 1)
    assert channels(tmp_path / "1.png") == [1, 1, 1]
    save(tmp_path / "2.png", 2)
    assert channels(tmp_path / "1.png") == [1, 2, 2]


def test_another_series_in_the_folder_is_no_neighbour(tmp_path: Path) -> None:
    for value, name in enumerate(("a_0.png", "a_1.png", "b_0.png", "b_1.png"), start=1):
        save(tmp_path / name, value)
    assert channels(tmp_path / "a_1.png") == [2, 1, 1]
    assert channels(tmp_path / "b_0.png") == [3, 4, 4]


def test_slices_may_bear_the_name_of_a_result(tmp_path: Path) -> None:
    for number in (1, 2):
        save(tmp_path / f"{number}_probability.png", number)
    assert channels(tmp_path / "1_probability.png") == [1, 2, 2]


def test_a_neighbour_of_another_shape_is_named(tmp_path: Path) -> None:
    save(tmp_path / "1.png", 1)
    save(tmp_path / "2.png", 2, (5, 6))
    with pytest.raises(ValueError, match=r"2.png: its shape differs from that of the slice beside it: \(1, 6, 5\) against"):
        NeighbouringSlicesd("image")(EnsureChannelFirstd("image")(LoadImaged("image")({"image": str(tmp_path / "1.png")})))


@pytest.mark.parametrize("image", [torch.zeros(1, 4, 4), torch.zeros(1, 4, 4, 2)])
def test_what_no_file_tells_of_is_refused(image: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"image must be a slice \(C, H, W\) that LoadImaged read"):
        NeighbouringSlicesd("image")({"image": image})
