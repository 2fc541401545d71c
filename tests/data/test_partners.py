"""Which files belong to images, by their names."""

import json
from pathlib import Path

import pytest

from custom.data.images import found_images
from custom.data.names import NO_NAMES, Names, names_of_run
from custom.data.partners import partners
from custom.data.siblings import siblings


def belonging(files: str, names: Names = NO_NAMES) -> set[str]:
    return {str(file) for file in partners([Path(name) for name in files.split()], names)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("x.png x_fov.png x_gt.tif x-label.png", "x_fov.png x_gt.tif x-label.png"),
        ("img_7.png label_7.png", "label_7.png"),
        ("7/imaging.nii.gz 7/segmentation.nii.gz 8/mask.png", "7/segmentation.nii.gz"),
        ("p_flair.nii.gz p_T1ce.nii.gz p_seg.nii.gz q_t1.nii.gz q_Seg.nii.gz", "p_seg.nii.gz q_Seg.nii.gz"),
        ("8/t2w.nii 8/adc.nii 8/mask.nii 9/mask.nii", "8/mask.nii"),
        ("sub-1_FLAIR.nii SUB-1_mask.nii", "SUB-1_mask.nii"),
        ("7_image.png 7_ground_truth.png", "7_ground_truth.png"),
        ("raw/a.png gt/a.png gt/b.png", "gt/a.png"),
        ("a.png labels/a.nii.gz fov/a_fov.gif", "labels/a.nii.gz fov/a_fov.gif"),
        ("p1/scans/a.png p1/seg/a.png p2/seg/a.png", "p1/seg/a.png"),
        ("raw/p1/a.png 2nd_manual/p1/a_manual2.gif", "2nd_manual/p1/a_manual2.gif"),
        ("imagesTr/a_0000.nii.gz labelsTr/a.nii.gz imagesTs/b_0000.nii.gz", "labelsTr/a.nii.gz"),
        ("a.nii labels/final/a.nii labels/original/a.nii labels/final/b.nii", "labels/final/a.nii labels/original/a.nii"),
        ("images/1_test.tif 1st_manual/1_manual1.gif mask/1_test_x.gif", "1st_manual/1_manual1.gif mask/1_test_x.gif"),
    ],
)
def test_what_has_an_image_for_a_partner_belongs_to_it(files, expected):
    assert belonging(files) == {*expected.split()}


@pytest.mark.parametrize(
    "files",
    [
        "x_fov.png y.png",
        "p_flair.nii q_seg.nii",
        "scan.png scan_t1.png",
        "field_view.png field.png",
        "masks/a.png",
        "gt/a.png seg/a.png",
        "a_1.png a_2.png a.png",
        "raw/a.png gt/b.png",
        "labelled.png label.png",
        "manual/scan.png other/page.png",
    ],
)
def test_what_has_none_is_an_image(files):
    assert belonging(files) == set()


def test_the_names_of_the_training_count_too():
    files = "a_drawn.png a_raw2.png drawn/b.png photos/b.png field/c.png photos/x.png"
    assert belonging(files) == set()
    names = Names("photos", "drawn", "_raw2", "_drawn", "field", "_round")
    assert belonging(files, names) == {"a_drawn.png", "drawn/b.png", "field/c.png"}


@pytest.mark.parametrize(
    ("names", "files", "expected"),
    [
        (Names(".", "drawn/final"), "x/a.png x/drawn/final/a.png x/drawn/b.png", "x/drawn/final/a.png"),
        (
            Names("img/train", "ann/train"),
            "img/train/a.png ann/train/a.png img/val/b.png ann/val/b.png",
            "ann/train/a.png ann/val/b.png",
        ),
        (
            Names("left/train", "fine/train", "_left", "_fine_ids"),
            "left/val/c/a_left.png fine/val/c/a_fine_ids.png fine/val/c/b_fine_ids.png",
            "fine/val/c/a_fine_ids.png",
        ),
    ],
)
def test_folders_in_folders_of_the_training_count_in_all_parts(names, files, expected):
    assert belonging(files, names) == {*expected.split()}


def test_the_names_of_a_run_stand_in_its_config(tmp_path):
    slices = {"_target_": "x", "label_folder": "drawn", "field_suffix": "_round", "image_suffix": None}
    (tmp_path / "config.json").write_text(json.dumps({"slices": slices}))
    assert names_of_run(tmp_path / "model.pt") == Names(label_folder="drawn", field_suffix="_round")
    assert names_of_run([str(tmp_path / "model.pt"), "other.pt"]) == Names(label_folder="drawn", field_suffix="_round")


@pytest.mark.parametrize("content", ["{", "[]", '{"slices": 3}', "{}"])
def test_a_config_that_tells_nothing_has_no_names(content, tmp_path):
    (tmp_path / "config.json").write_text(content)
    assert names_of_run(tmp_path / "model.pt") == names_of_run(tmp_path / "none" / "model.pt") == names_of_run("") == NO_NAMES


@pytest.mark.parametrize(
    ("names", "files", "expected"),
    [
        (Names("images", "images", "", "_drawn"), "images/1.png images/1_drawn.png images/2.png", "images/1_drawn.png"),
        (Names("data", "data", "", "_x"), "data/1.png data/1_x.png other/1.png", "data/1_x.png"),
        (Names("images", "labels", "", "", "images", "_round"), "images/1.png images/1_round.png", "images/1_round.png"),
        (Names("images/train", "labels/train"), "train/1.png images/1.png", ""),
        (Names("Slide_*", "GT_*"), "Slide_1/1.png GT_1/1.png GT_2/2.png", "GT_1/1.png"),
        (Names("*/ct", "*/drawn"), "p1/ct/1.png p1/drawn/1.png", "p1/drawn/1.png"),
    ],
)
def test_a_folder_of_images_and_labels_in_the_training_holds_images(names, files, expected):
    assert belonging(files, names) == {*expected.split()}


@pytest.mark.parametrize(
    ("suffix", "files", "expected"),
    [
        ("", "a_0000.png a_0001.png", ""),
        ("_0000", "a_0000.png a_0001.png b_0000.png c_0001.png x/a_0001.png", "a_0001.png"),
        ("-t1c", "p1/p1-t1c.nii.gz p1/p1-t2w.nii.gz p2/p2-t2w.nii.gz", "p1/p1-t2w.nii.gz"),
        ("flair", "p1/flair.nii.gz p1/t1.nii.gz p2/t1.nii.gz", "p1/t1.nii.gz"),
        ("imaging", "p1/imaging.nii.gz p1/instances/kidney_1.nii.gz p2/ct.nii.gz", "p1/instances/kidney_1.nii.gz"),
        ("flair_*", "flair_7.png t1_7.png t1_8.png", "t1_7.png"),
        ("_training", "training/21_training.tif test/1_test.tif", ""),
    ],
)
def test_other_channels_of_an_image_are_left_out_if_the_training_knew_one(suffix, files, expected):
    assert siblings([Path(name) for name in files.split()], suffix) == {Path(name) for name in expected.split()}


def test_a_prediction_leaves_out_other_channels(tmp_path):
    for name in ("a_0000.png", "a_0001.png"):
        (tmp_path / name).touch()
    found, left_out = found_images(tmp_path, Names(image_suffix="_0000"))
    assert ([item["name"] for item in found], left_out) == (["a_0000"], [Path("a_0001.png")])
