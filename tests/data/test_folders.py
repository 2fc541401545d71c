"""Folders of images and labels, in the layouts that people have."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
import tifffile
from PIL import Image

from custom.data import folder_images, list_images
from custom.files import read_header, read_pixels

pytestmark = pytest.mark.usefixtures("own_cache")


def save(folder: Path, *names: str, value: int = 1, size_px: tuple[int, int] = (6, 4)) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full(size_px, value, np.uint8)).save(folder / name)


def pairs(folder: Path, **arguments: str) -> list[tuple[str, str, str]]:
    return [
        (item["patient_id"], Path(item["image"]).name, Path(item["label"]).name) for item in folder_images(folder, **arguments)
    ]


def test_no_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="^dataset_dir: no folder ''; name one with images and labels$"):
        folder_images("")
    with pytest.raises(ValueError, match="no folder '.*nowhere'"):
        folder_images(tmp_path / "nowhere")


def test_a_folder_without_images_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no images; name another with --slices#image_folder$"):
        folder_images(tmp_path)


def test_an_image_without_label_is_named(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "images/b.png", "labels/a.png")
    with pytest.raises(ValueError, match="b.png: no label of that name in .*; set --slices#image_folder and"):
        folder_images(tmp_path)


@pytest.mark.parametrize(("image", "label"), [("a.ome.tif", "a.tif"), ("a.ome.tiff", "a.png"), ("a.webp", "a.png")])
def test_image_and_label_of_one_name_may_have_any_two_formats(tmp_path: Path, image: str, label: str) -> None:
    save(tmp_path, f"images/{image}", f"labels/{label}")
    assert pairs(tmp_path) == [("a", image, label)]


def test_a_segmentation_of_3d_slicer_is_the_label_of_its_volume(tmp_path: Path) -> None:
    volume = sitk.GetImageFromArray(np.ones((3, 4, 5), np.uint8))
    for folder in ("beside", "apart/images", "apart/labels"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("beside/a.nrrd", "beside/a.seg.nrrd", "apart/images/a.nrrd", "apart/labels/a.seg.nrrd"):
        sitk.WriteImage(volume, str(tmp_path / name))
    for folder in ("beside", "apart"):
        assert pairs(tmp_path / folder) == [("a", "a.nrrd", "a.seg.nrrd")]
    assert [Path(item["image"]).name for item in list_images(tmp_path / "beside")] == ["a.nrrd"]


def test_files_without_a_partner_may_be_left_out_or_renamed(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "images/b.png", "labels/a.png")
    with pytest.raises(ValueError, match="or leave out files without a partner with --slices#only_pairs True$"):
        folder_images(tmp_path)
    save(tmp_path, "labels/old_b.png")
    with pytest.raises(
        ValueError, match="b.png: no label .*named; if .*old_b.png, which has no image, is its label, give both one"
    ):
        folder_images(tmp_path)


def test_a_label_without_image_is_named(tmp_path: Path) -> None:
    save(tmp_path, "a.png", "a_mask.png", "b_mask.png")
    with pytest.raises(ValueError, match="b_mask.png: no image of that name"):
        folder_images(tmp_path)


def test_two_folders_for_labels_need_a_word(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "labels/a.png", "masks/a.png")
    with pytest.raises(ValueError, match="has the folders labels, masks; say which"):
        folder_images(tmp_path)
    assert pairs(tmp_path, image_folder="images", label_folder="masks") == [("a", "a.png", "a.png")]


def test_the_field_of_view_of_a_retina_is_not_taken_for_its_label(tmp_path: Path) -> None:
    save(tmp_path, "images/21_training.tif", "1st_manual/21_manual1.gif", "mask/21_training_mask.gif")
    with pytest.raises(ValueError, match="has the folders 1st_manual, mask; say which"):
        folder_images(tmp_path)
    suffixes = {"image_suffix": "_training", "label_suffix": "_manual1", "field_suffix": "_training_mask"}
    assert pairs(tmp_path, field_folder="mask", **suffixes) == [("21", "21_training.tif", "21_manual1.gif")]


def test_one_folder_name_alone_or_an_unknown_one_is_refused(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "labels/a.png")
    with pytest.raises(ValueError, match="must be given together"):
        folder_images(tmp_path, image_folder="images")
    with pytest.raises(ValueError, match="no folder 'raw'"):
        folder_images(tmp_path, image_folder="raw", label_folder="labels")


def test_two_images_of_one_name_are_refused(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "images/a.tif", "labels/a.png")
    with pytest.raises(ValueError, match="has the same name as a.png; remove one"):
        folder_images(tmp_path)


def test_channels_and_shapes_that_do_not_fit_are_named(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "labels/a.png")
    with pytest.raises(ValueError, match=r"a.png: wrong channel count 1, expected 3"):
        folder_images(tmp_path, in_channels=3)
    save(tmp_path, "labels/a.png", size_px=(4, 6))
    with pytest.raises(ValueError, match="its shape differs from its image's: 4×6 against 6×4; one of them lies on its side"):
        folder_images(tmp_path)
    save(tmp_path, "labels/a.png", size_px=(6, 5))
    with pytest.raises(
        ValueError, match="its shape differs from its image's: 6×5 against 6×4; if one of them was resized, resize"
    ):
        folder_images(tmp_path)


def test_two_folders_are_paired_by_name_in_numeric_order_whatever_the_format(tmp_path: Path) -> None:
    save(tmp_path, "image/10.jpg", "image/2.tif", "label/2.png", "label/10.png", "image/.hidden.png")
    assert pairs(tmp_path) == [("2", "2.tif", "2.png"), ("10", "10.jpg", "10.png")]


def test_masks_beside_images_are_found_by_their_suffix_and_results_are_no_images(tmp_path: Path) -> None:
    save(tmp_path, "a.png", "a_seg.png", "a_overlay.png", "b.png", "b_seg.png")
    assert pairs(tmp_path, label_suffix="_seg") == [("a", "a.png", "a_seg.png"), ("b", "b.png", "b_seg.png")]


def test_suffixes_are_left_out_in_two_folders_too(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "images/b_mask.png", "masks/a_mask.png", "masks/b_mask.png")
    assert pairs(tmp_path) == [("a", "a.png", "a_mask.png"), ("b_mask", "b_mask.png", "b_mask.png")]
    save(tmp_path, "masks/a.png")
    with pytest.raises(ValueError, match="has the same name as"):
        pairs(tmp_path)
    save(tmp_path / "n", "imagesTr/c1_0000.png", "imagesTr/c1_0001.png", "labelsTr/c1.png")
    folders = {"image_folder": "imagesTr", "label_folder": "labelsTr"}
    assert pairs(tmp_path / "n", **folders, image_suffix="_0000") == [("c1", "c1_0000.png", "c1.png")]


def test_files_beside_labels_of_a_given_suffix_are_none(tmp_path: Path) -> None:
    save(tmp_path, "raw/a/1_ct.png", "raw/a/2_ct.png", "truth/a/1_msk.png", "truth/a/2_msk.png", "truth/a/2_snp.png")
    names = {"image_folder": "raw", "label_folder": "truth", "image_suffix": "_ct", "label_suffix": "_msk"}
    assert pairs(tmp_path, **names) == [("a", "1_ct.png", "1_msk.png"), ("a", "2_ct.png", "2_msk.png")]
    save(tmp_path, "truth/a/3_msk.png")
    with pytest.raises(ValueError, match=r"3_msk.png: no image of that name"):
        pairs(tmp_path, **names)
    save(tmp_path, "raw/a/3_ct.png", "raw/a/4_ct.png", "truth/a/4.png")
    assert pairs(tmp_path, **names)[-1] == ("a", "4_ct.png", "4.png")


def test_images_with_a_suffix_lie_beside_labels_with_another(tmp_path: Path) -> None:
    save(tmp_path, "a_img.png", "a_seg.png", "notes.png", "_seg/b_img.png", "_seg/b_seg.png")
    found = pairs(tmp_path, image_suffix="_img", label_suffix="_seg")
    assert sorted(found) == [("_seg", "b_img.png", "b_seg.png"), ("a", "a_img.png", "a_seg.png")]
    save(tmp_path, "_seg.png")
    with pytest.raises(ValueError, match="_seg.png: no image of that name"):
        pairs(tmp_path, image_suffix="_img", label_suffix="_seg")


def test_images_of_a_folder_below_belong_together(tmp_path: Path) -> None:
    save(tmp_path, "images/p1/1.png", "images/p1/2.png", "images/p2/1.png")
    save(tmp_path, "labels/p1/1.png", "labels/p1/2.png", "labels/p2/1.png")
    items = folder_images(tmp_path)
    assert [item["patient_id"] for item in items] == ["p1", "p1", "p2"]
    assert len({(item["patient_id"], item["slice_index"]) for item in items}) == 3


def write_stack(path: Path, pages: int) -> None:
    first, *others = (Image.fromarray(np.full((6, 4), page, np.uint8)) for page in range(pages))
    path.parent.mkdir(exist_ok=True)
    first.save(path, save_all=True, append_images=others)


def test_the_pages_of_the_challenges_stacks_are_images_of_their_own(tmp_path: Path) -> None:
    for name in ("train-volume.tif", "train-labels.tif"):
        write_stack(tmp_path / name, 11)
    items = folder_images(tmp_path)
    assert [item["patient_id"] for item in items] == list(map(str, range(11)))
    assert [read_pixels(item["image"])[0, 0] for item in items] == list(range(11))
    assert [read_pixels(item["label"])[0, 0] for item in items] == list(range(11))


def test_a_broken_stack_is_one_line(tmp_path: Path) -> None:
    for name in ("train-volume.tif", "train-labels.tif"):
        (tmp_path / name).write_bytes(b"not a stack")
    with pytest.raises(ValueError, match="train-volume.tif: unreadable: not an image"):
        folder_images(tmp_path)


def test_folders_are_known_in_capitals_too(tmp_path: Path) -> None:
    save(tmp_path, "Images/a.png", "Masks/a.png")
    assert pairs(tmp_path) == [("a", "a.png", "a.png")]


def test_folders_of_no_known_name_are_listed(tmp_path: Path) -> None:
    save(tmp_path, "raw/a.png", "truth/a.png")
    with pytest.raises(ValueError, match=f"a.png: no label of that name in .*; '{tmp_path}' has the folders raw, truth$"):
        folder_images(tmp_path)


@pytest.mark.parametrize(
    ("stack", "message"),
    [("images/a.tif", "holds 1 pages, .* no page 1; save a page .* CYX$"), ("labels/a.tif", "holds 4 pages")],
)
def test_a_stack_whose_partner_is_none_is_refused_rather_than_read_in_part(tmp_path: Path, stack: str, message: str) -> None:
    save(tmp_path, "images/a.tif", "labels/a.tif")
    write_stack(tmp_path / stack, 4)
    with pytest.raises(ValueError, match=message):
        folder_images(tmp_path)


@pytest.mark.parametrize("options", [{"imagej": True}, {"ome": True}])
def test_what_looks_like_pages_is_channels_once_the_image_says_so(tmp_path: Path, options: dict[str, bool]) -> None:
    save(tmp_path, "labels/a.tif")
    (tmp_path / "images").mkdir()
    values = np.zeros((2, 6, 4), np.uint8)
    tifffile.imwrite(tmp_path / "images/a.tif", values, photometric="minisblack", metadata={"axes": "CYX"}, **options)
    assert len(folder_images(tmp_path, in_channels=2)) == 1


def test_pages_of_one_stack_stay_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_stack(tmp_path / f"images/{name}.tif", 3)
        write_stack(tmp_path / f"labels/{name}.tif", 3)
    items = folder_images(tmp_path)
    assert [item["patient_id"] for item in items] == ["a"] * 3 + ["b"] * 3
    assert items[4]["label"] == str(tmp_path / "labels/b.tif[1]")


def test_pages_of_the_only_stack_are_images_of_their_own(tmp_path: Path) -> None:
    for folder in ("images", "labels"):
        write_stack(tmp_path / f"{folder}/a.tif", 3)
    assert [item["patient_id"] for item in folder_images(tmp_path)] == ["a/0", "a/1", "a/2"]


def test_a_file_an_object_is_paired_as_kaggle_serves_it(tmp_path: Path) -> None:
    mask = np.zeros((6, 4), np.uint8)
    for name in ("x", "y"):
        for part in ("images", "masks"):
            (tmp_path / "stage1_train" / name / part).mkdir(parents=True)
        rgba = np.dstack([mask + 9] * 3 + [mask + 255])
        Image.fromarray(rgba).save(tmp_path / "stage1_train" / name / "images" / f"{name}.png")
        for number in (0, 1):
            one = mask.copy()
            one[3 * number : 3 * number + 2, 1:3] = 255
            Image.fromarray(one).save(tmp_path / "stage1_train" / name / "masks" / f"{number}.png")
    items = folder_images(tmp_path)
    assert [item["patient_id"] for item in items] == ["x", "y"]
    assert read_pixels(items[0]["label"]).tolist() == [[0, 1, 1, 0]] * 2 + [[0] * 4] + [[0, 2, 2, 0]] * 2 + [[0] * 4]
    assert read_header(items[0]["image"]).channels == 3  # how opaque a pixel is shown does not count


@pytest.mark.parametrize("suffix", ["_mask", "_masks", "_cp_masks"])
def test_labels_beside_images_are_known_by_the_suffixes_in_use(tmp_path: Path, suffix: str) -> None:
    save(tmp_path, "a.png", f"a{suffix}.png")
    assert pairs(tmp_path) == [("a", "a.png", f"a{suffix}.png")]


def test_masks_of_the_field_of_view_go_with_their_images(tmp_path: Path) -> None:
    save(tmp_path, "images/21_training.tif", "1st_manual/21_manual1.gif", "mask/21_training_mask.gif")
    names = {"image_folder": "images", "label_folder": "1st_manual", "image_suffix": "_training", "label_suffix": "_manual1"}
    [item] = folder_images(tmp_path, **names, field_folder="mask", field_suffix="_training_mask")
    assert item["field"] == str(tmp_path / "mask/21_training_mask.gif")
    with pytest.raises(ValueError, match="no mask of the field of view of that name"):
        folder_images(tmp_path, **names, field_folder="mask", field_suffix="_fov")


def test_a_field_of_view_outside_which_labels_are_good_is_neither_an_image_nor_asked_for(tmp_path: Path) -> None:
    save(tmp_path, "a.jpg", "a_mask.png", "a_fov.png", "b.jpg", "b_mask.png")
    items = folder_images(tmp_path, field_suffix="_fov", ignore_outside=False)
    assert [(Path(item["image"]).name, "field" in item) for item in items] == [("a.jpg", False), ("b.jpg", False)]
    with pytest.raises(ValueError, match=r"b\.jpg: no mask of the field of view"):
        folder_images(tmp_path, field_suffix="_fov")


def test_of_a_file_an_object_nothing_is_left_out_in_silence(tmp_path: Path) -> None:
    save(tmp_path, "train/x/images/x.png", "train/x/masks/0.png", "train/y/images/y.png", "test/z/images/z.png")
    with pytest.raises(
        ValueError, match=r"train/y: has images, but no folder masks beside them; remove it, or fetch its masks"
    ):
        folder_images(tmp_path)
    save(tmp_path, "train/y/masks/0.png")
    assert [item["patient_id"] for item in folder_images(tmp_path)] == ["x", "y"]
    save(tmp_path, "test/z/masks/0.png")
    with pytest.raises(ValueError, match=r"test and .*train both hold images with masks; name one of them"):
        folder_images(tmp_path)
    assert [item["patient_id"] for item in folder_images(tmp_path / "test")] == ["z"]


def test_names_that_macos_takes_apart_are_the_same(tmp_path: Path) -> None:
    save(tmp_path, "images/zu\u0308ge.png", "labels/z\u00fcge.png")
    assert len(pairs(tmp_path)) == 1


def test_several_images_beside_one_folder_of_masks_are_refused_with_the_folder_to_name(tmp_path: Path) -> None:
    save(tmp_path, *(f"{patient}/{folder}/{name}.png" for patient in "xy" for folder in ("images", "masks") for name in "ab"))
    with pytest.raises(
        ValueError,
        match=r"holds 2 images, .* images/<patient>/ and masks/<patient>/ .*, of one alone, name the folder '[^']*x'",
    ):
        folder_images(tmp_path)
    assert len(pairs(tmp_path / "x")) == 2
    for patient, folder in (("x", "images"), ("x", "masks"), ("y", "images"), ("y", "masks")):
        (tmp_path / "all" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / patient / folder).rename(tmp_path / "all" / folder / patient)
    assert [item["patient_id"] for item in folder_images(tmp_path / "all")] == ["x", "x", "y", "y"]


def test_what_macos_puts_beside_the_folders_of_a_zip_is_passed_by(tmp_path: Path) -> None:
    save(tmp_path, "images/a.png", "masks/a.png")
    for name in ("images/._a.png", "masks/._a.png"):
        path = tmp_path / "__MACOSX" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"\0\5\x16\7")
    assert [item["image"] for item in folder_images(tmp_path)] == [str(tmp_path / "images" / "a.png")]


def test_images_without_label_and_labels_without_image_may_be_left_out(tmp_path: Path) -> None:
    save(tmp_path / "images", "1.png", "2.png", "3.png")
    save(tmp_path / "labels", "1.png", "2.png", "4.png")
    assert [Path(item["image"]).name for item in folder_images(tmp_path, only_pairs=True)] == ["1.png", "2.png"]
    for name in ("1.png", "2.png"):
        (tmp_path / "labels" / name).unlink()
    with pytest.raises(ValueError, match=r"no image in .* has a label of its name; set --slices#image_folder"):
        folder_images(tmp_path, only_pairs=True)
