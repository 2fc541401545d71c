"""The programs of bundle/docs/by_hand.md do what the page says."""

import json
import re
from pathlib import Path

import nibabel
import numpy as np
from documented import ROOT
from PIL import Image
from scipy.io import savemat

PROGRAMS = re.findall(r"```python\n(.+?)```", (ROOT / "bundle/docs/by_hand.md").read_text(), re.DOTALL)


def run(word: str, folder: Path) -> None:
    """The program that holds the word, with a folder for the page's own."""
    (program,) = (program for program in PROGRAMS if word in program)
    exec(program.replace("/data/mine", str(folder)), {})


def save(values: object, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.array(values, np.uint8)).save(path)


def label(folder: Path) -> list:
    return np.array(Image.open(folder / "labels/a.png")).tolist()


def test_colours_become_classes_and_others_are_not_judged(tmp_path: Path) -> None:
    save([[[0, 0, 0], [255, 0, 0], [85, 85, 85], [9, 9, 9]]], tmp_path / "painted/a.png")
    run("painted", tmp_path)
    assert label(tmp_path) == [[0, 1, 2, 255]]


def test_masks_of_one_class_each_are_joined(tmp_path: Path) -> None:
    save([[0, 255, 0, 255]], tmp_path / "wound/a.png")
    save([[0, 0, 255, 255]], tmp_path / "scar/a.png")
    run("wound", tmp_path)
    assert label(tmp_path) == [[0, 1, 2, 2]]


def test_outlines_of_coco_become_objects(tmp_path: Path) -> None:
    square, corner = [1, 1, 3, 1, 3, 3, 1, 3], [0, 0, 0, 0, 0, 0]
    coco = {
        "images": [{"id": 7, "file_name": "a.jpg", "width": 5, "height": 4}],
        "annotations": [{"image_id": 7, "segmentation": [outline]} for outline in (square, corner)]
        + [{"image_id": 8, "segmentation": [[0, 0, 4, 0, 4, 4]]}],
    }
    (tmp_path / "annotations.json").write_text(json.dumps(coco))
    run("annotations.json", tmp_path)
    assert label(tmp_path) == [[2, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 1, 1, 0], [0, 1, 1, 1, 0]]


def test_files_of_a_list_get_one_name(tmp_path: Path) -> None:
    for name, value in (("x.png", 0), ("y_truth.png", 1)):
        save([[value]], tmp_path / "data" / name)
    (tmp_path / "list.csv").write_text("image,label\ndata/x.png,data/y_truth.png\n")
    run("list.csv", tmp_path)
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*s/*"))
    assert found == ["images/0000.png", "labels/0000.png"]
    assert np.array(Image.open(tmp_path / "labels/0000.png")) == 1


def test_sequences_become_channels_in_the_place_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for number, name in enumerate(("t1", "flair", "t1ce")):
        values = np.full((4, 3, 2), number, np.int16)
        nibabel.save(nibabel.Nifti1Image(values, np.diag([2, 3, 4, 1])), tmp_path / f"p/p_{name}.nii.gz")
    run("stack", tmp_path)
    image = nibabel.load(tmp_path / "images/p.nii.gz")
    assert image.shape == (4, 3, 2, 3) and image.dataobj[0, 0, 0].tolist() == [0, 1, 2]
    assert image.affine.tolist() == np.diag([2, 3, 4, 1]).tolist()


def test_masks_that_jpeg_has_blurred_become_zero_and_one(tmp_path: Path) -> None:
    values = np.zeros((16, 16), np.uint8)
    values[:, 8:] = 255
    (tmp_path / "blurred").mkdir()
    Image.fromarray(values).save(tmp_path / "blurred/a.jpg", quality=60)
    run("blurred", tmp_path)
    assert label(tmp_path) == (values // 255).tolist()


def test_outlines_are_filled(tmp_path: Path) -> None:
    save([[0, 255, 255, 255], [0, 255, 0, 255], [0, 255, 255, 255]], tmp_path / "outlines/a.png")
    run("/outlines", tmp_path)
    assert label(tmp_path) == [[0, 1, 1, 1]] * 3


def test_numbers_of_objects_are_taken_from_the_red_channel(tmp_path: Path) -> None:
    save([[[0, 0, 0, 255], [7, 0, 0, 255], [200, 1, 0, 255]]], tmp_path / "coloured/a.png")
    run("coloured", tmp_path)
    assert np.array(Image.open(tmp_path / "instances/a.png")).tolist() == [[0, 7, 200]]


def test_arrays_become_masks_with_all_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "arrays").mkdir()
    savemat(tmp_path / "arrays/a.mat", {"inst_map": np.array([[0.0, 1.0, 300.0]])})
    run("arrays", tmp_path)
    assert label(tmp_path) == [[0, 1, 300]]


def test_run_lengths_are_drawn_down_the_columns(tmp_path: Path) -> None:
    save(np.zeros((3, 4, 3)), tmp_path / "images/a.jpg")
    save(np.zeros((1, 2, 3)), tmp_path / "images/b.jpg")
    (tmp_path / "train.csv").write_text("ImageId,EncodedPixels\na.jpg,2 2 7 1\na.jpg,12 1\n")
    run("EncodedPixels", tmp_path)
    assert label(tmp_path) == [[0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 1]]
    assert not np.any(Image.open(tmp_path / "labels/b.png"))


def test_images_with_labels_are_copied_under_one_name(tmp_path: Path) -> None:
    for patient, name in (("7", "wmh.nii.gz"), ("7", "pre/FLAIR.nii.gz"), ("8", "pre/FLAIR.nii.gz")):
        path = tmp_path / "download/site" / patient / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    run("FLAIR", tmp_path)
    found = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.glob("*s/*")}
    assert found == {"images/7.nii.gz": "pre/FLAIR.nii.gz", "labels/7.nii.gz": "wmh.nii.gz"}


def test_numbers_of_labels_of_volumes_become_classes_in_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "numbers").mkdir()
    values = np.array([[[0, 500, 600, 420, 205]]], np.int16)
    nibabel.save(nibabel.Nifti1Image(values, np.diag([2, 3, 4, 1])), tmp_path / "numbers/a.nii.gz")
    run("420", tmp_path)
    label = nibabel.load(tmp_path / "labels/a.nii.gz")
    assert np.asarray(label.dataobj).tolist() == [[[0, 1, 2, 3, 255]]]
    assert label.affine.tolist() == np.diag([2, 3, 4, 1]).tolist()
