"""The programs of bundle/docs/by_hand.md do what the page says."""

import json
import re
from pathlib import Path

import nibabel
import numpy as np
from documented import ROOT
from PIL import Image

PROGRAMS = re.findall(r"```python\n(.+?)```", (ROOT / "bundle/docs/by_hand.md").read_text(), re.DOTALL)


def run(program: str, folder: Path) -> None:
    exec(program.replace("/data/mine", str(folder)), {})


def save(values: object, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.array(values, np.uint8)).save(path)


def label(folder: Path) -> list:
    return np.array(Image.open(folder / "labels/a.png")).tolist()


def test_colours_become_classes_and_others_are_not_judged(tmp_path: Path) -> None:
    save([[[0, 0, 0], [255, 0, 0], [85, 85, 85], [9, 9, 9]]], tmp_path / "painted/a.png")
    run(PROGRAMS[0], tmp_path)
    assert label(tmp_path) == [[0, 1, 2, 255]]


def test_masks_of_one_class_each_are_joined(tmp_path: Path) -> None:
    save([[0, 255, 0, 255]], tmp_path / "wound/a.png")
    save([[0, 0, 255, 255]], tmp_path / "scar/a.png")
    run(PROGRAMS[1], tmp_path)
    assert label(tmp_path) == [[0, 1, 2, 2]]


def test_outlines_of_coco_become_objects(tmp_path: Path) -> None:
    square, corner = [1, 1, 3, 1, 3, 3, 1, 3], [0, 0, 0, 0, 0, 0]
    coco = {
        "images": [{"id": 7, "file_name": "a.jpg", "width": 5, "height": 4}],
        "annotations": [{"image_id": 7, "segmentation": [outline]} for outline in (square, corner)]
        + [{"image_id": 8, "segmentation": [[0, 0, 4, 0, 4, 4]]}],
    }
    (tmp_path / "annotations.json").write_text(json.dumps(coco))
    run(PROGRAMS[2], tmp_path)
    assert label(tmp_path) == [[2, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 1, 1, 0], [0, 1, 1, 1, 0]]


def test_files_of_a_list_get_one_name(tmp_path: Path) -> None:
    for name, value in (("x.png", 0), ("y_truth.png", 1)):
        save([[value]], tmp_path / "data" / name)
    (tmp_path / "list.csv").write_text("image,label\ndata/x.png,data/y_truth.png\n")
    run(PROGRAMS[3], tmp_path)
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*s/*"))
    assert found == ["images/0000.png", "labels/0000.png"]
    assert np.array(Image.open(tmp_path / "labels/0000.png")) == 1


def test_sequences_become_channels_in_the_place_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for number, name in enumerate(("t1", "flair", "t1ce")):
        values = np.full((4, 3, 2), number, np.int16)
        nibabel.save(nibabel.Nifti1Image(values, np.diag([2, 3, 4, 1])), tmp_path / f"p/p_{name}.nii.gz")
    run(PROGRAMS[4], tmp_path)
    image = nibabel.load(tmp_path / "images/p.nii.gz")
    assert image.shape == (4, 3, 2, 3) and image.dataobj[0, 0, 0].tolist() == [0, 1, 2]
    assert image.affine.tolist() == np.diag([2, 3, 4, 1]).tolist()
