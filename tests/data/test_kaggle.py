from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest
from PIL import Image

from custom.data import kaggle_folder, kaggle_lgg


def make_slices(folder: Path, patient_id: str = "TCGA_CS_1_2000", numbers: tuple[int, ...] = (1, 2, 10)) -> None:
    """Slice n is full of n in the image and in the mask, so that a pair can be told from its pixels."""
    (folder / patient_id).mkdir(parents=True)
    for number in numbers:
        for end in ("", "_mask"):
            Image.fromarray(np.full((2, 3), number, np.uint8)).save(folder / patient_id / f"{patient_id}_{number}{end}.tif")


def values(paths: list[str]) -> list[int]:
    return [int(np.asarray(Image.open(path))[0, 0]) for path in paths]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no folder .*nowhere"):
        kaggle_lgg(tmp_path / "nowhere")


def test_a_folder_without_slices_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data.csv").touch()
    with pytest.raises(ValueError, match=r"holds no <patient>/<patient>_<n>\.tif"):
        kaggle_lgg(tmp_path)


def test_an_image_without_mask_is_named(tmp_path: Path) -> None:
    make_slices(tmp_path)
    (tmp_path / "TCGA_CS_1_2000/TCGA_CS_1_2000_2_mask.tif").unlink()
    with pytest.raises(ValueError, match=r"TCGA_CS_1_2000_2\.tif: no mask TCGA_CS_1_2000_2_mask\.tif"):
        kaggle_lgg(tmp_path)


def test_two_files_with_one_slice_number_are_an_error(tmp_path: Path) -> None:
    make_slices(tmp_path, "a", (1, 2))
    for end in ("", "_mask"):
        copyfile(tmp_path / f"a/a_1{end}.tif", tmp_path / f"a/a_01{end}.tif")
    with pytest.raises(ValueError, match=r"a_0?1\.tif: has the same slice number as a_0?1\.tif"):
        kaggle_lgg(tmp_path)


def test_an_item_has_paths_patient_and_slice_number(tmp_path: Path) -> None:
    make_slices(tmp_path, "TCGA_CS_1_2000", (7,))
    stem = tmp_path / "TCGA_CS_1_2000" / "TCGA_CS_1_2000_7"
    item = {"image": f"{stem}.tif", "label": f"{stem}_mask.tif", "patient_id": "TCGA_CS_1_2000", "slice_index": 7}
    assert kaggle_lgg(tmp_path) == [item]


def test_slices_are_in_numeric_order_within_a_patient(tmp_path: Path) -> None:
    make_slices(tmp_path, "b", (10, 9, 1, 2))
    make_slices(tmp_path, "a", (2, 11))
    order = [(item["patient_id"], item["slice_index"]) for item in kaggle_lgg(tmp_path)]
    assert order == [("a", 2), ("a", 11), ("b", 1), ("b", 2), ("b", 9), ("b", 10)]


def test_each_image_has_its_own_mask_where_sorting_two_lists_mispairs(tmp_path: Path) -> None:
    make_slices(tmp_path, numbers=tuple(range(1, 21)))
    masks = sorted(tmp_path.glob("*/*_mask.tif"))
    images = sorted(set(tmp_path.glob("*/*.tif")) - set(masks))
    by_sorting = zip(values([str(path) for path in images]), values([str(path) for path in masks]), strict=True)
    assert sum(image != mask for image, mask in by_sorting) > 10

    items = kaggle_lgg(tmp_path)
    assert values([item["image"] for item in items]) == values([item["label"] for item in items]) == list(range(1, 21))


def test_other_files_are_ignored(tmp_path: Path) -> None:
    make_slices(tmp_path)
    expected = kaggle_lgg(tmp_path)
    for name in ("data.csv", "README.md", "TCGA_CS_1_2000/notes.tif", "TCGA_CS_1_2000/._TCGA_CS_1_2000_1.tif", "loose_1.tif"):
        (tmp_path / name).touch()
    assert kaggle_lgg(tmp_path) == expected


@pytest.mark.parametrize("below", ["", "kaggle_3m", "archive/kaggle_3m", "archive/lgg-mri-segmentation/kaggle_3m"])
def test_the_folder_above_is_accepted_too(tmp_path: Path, below: str) -> None:
    make_slices(tmp_path / below)
    assert kaggle_folder(tmp_path) == tmp_path / below
    assert [item["slice_index"] for item in kaggle_lgg(tmp_path)] == [1, 2, 10]


@pytest.mark.parametrize(
    "copies",
    [
        ("kaggle_3m", "lgg-mri-segmentation/kaggle_3m"),
        ("archive/kaggle_3m", "archive/lgg-mri-segmentation/kaggle_3m"),
        ("kaggle_3m", "kaggle_3m/kaggle_3m"),
        ("", "kaggle_3m"),
    ],
)
def test_an_archive_that_holds_the_set_twice_gives_each_slice_once(tmp_path: Path, copies: tuple[str, str]) -> None:
    for copy in copies:
        make_slices(tmp_path / copy)
    items = kaggle_lgg(tmp_path)
    assert [item["slice_index"] for item in items] == [1, 2, 10]
    assert len({Path(item["image"]).parent for item in items}) == 1


def test_a_kaggle_3m_that_only_holds_another_is_passed_through(tmp_path: Path) -> None:
    make_slices(tmp_path / "kaggle_3m/kaggle_3m")
    assert kaggle_folder(tmp_path) == tmp_path / "kaggle_3m/kaggle_3m"
