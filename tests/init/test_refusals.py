"""What is said of folders in which nothing looks like images with labels, and of labels that would be lost."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from own_sets import disc, noise, pairs, save
from PIL import Image

from custom.init.layout import find_layout


def several(image: str, *labels: str) -> Callable[[Path], None]:
    """Images with several labels each."""

    def plant(root: Path) -> None:
        for label in labels:
            pairs(root, image, label)

    return plant


def palettes(root: Path) -> None:
    """Masks in red on black as Pillow saves them as GIF."""
    pairs(root, "images/{}.png", "masks/{}.png")
    for path in (root / "masks").iterdir():
        red = np.asarray(Image.open(path))[..., None] * np.array([1, 0, 0], np.uint8)
        Image.fromarray(red).save(path.with_suffix(".gif"))
        path.unlink()


def texts(image: str, *names: str, text: str = "{}") -> Callable[[Path], None]:
    """Images, and files of text."""

    def plant(root: Path) -> None:
        for n in range(1, 7):
            save(noise(n), root / image.format(n))
            for name in names:
                path = root / name.format(n)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)

    return plant


MONTGOMERY = ("CXR_png/M_{}.png", "ManualMask/leftMask/M_{}.png", "ManualMask/rightMask/M_{}.png")
# An image and two masks of it, by their names with `{}` for a number.
TWO_MASKS: dict[str, tuple[str, str, str]] = {
    "a folder for each lung": MONTGOMERY,
    "a folder for each kind of lesion": (
        "1. Images/ID_{}.jpg", "2. Groundtruths/1. MA/ID_{}_MA.png", "2. Groundtruths/2. HE/ID_{}_HE.png",
    ),
    "a file for each organ, in a folder that tells nothing": ("{}/img.nii.gz", "{}/parts/Jaw.nii.gz", "{}/parts/Stem.nii.gz"),
    "a file for each organ": ("{}/ct.png", "{}/segmentations/liver.png", "{}/segmentations/spleen.png"),
    "a folder for each image's objects": ("images/a{}.jpg", "masks/a{}/0.png", "masks/a{}/1.png"),
    "labels and predictions of MONAI Label": ("a_{}.png", "labels/final/a_{}.png", "labels/original/a_{}.png"),
    "left and right in one folder": ("images/{}.png", "masks/{}_left.png", "masks/{}_right.png"),
    "labels in a tree of folders below the images": (
        "sub-{0}/micr/sub-{0}_SEM.png", "derivatives/sub-{0}/micr/sub-{0}_SEM_seg-axon-manual.png",
        "derivatives/sub-{0}/micr/sub-{0}_SEM_seg-axonmyelin-manual.png",
    ),
    "two observers": ("Image_{}L.jpg", "Image_{}L_1stHO.png", "Image_{}L_2ndHO.png"),
}  # fmt: skip
REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "names that differ by their format alone": (
        several("{}.jpg", "{}.png"),
        r"1\.jpg and 1\.png: have one name; put labels into a folder of their own such as masks/, or call them 1_mask\.png",
    ),
    "names that a program for labelling gave": (
        several("images/5f-img_{}.jpg", "masks/task-{}-annotation-1-by-1-tag-tumor-0.png"),
        r"masks/task-1-.*0\.png: looks like a mask, but no image is called so, such as 5f-img_1\.jpg; give each label its",
    ),
    "numbers with zeros before them": (
        several("images/{}.png", "masks/00{}.png"),
        r"masks/001\.png: looks like a mask, but no image is called so, such as 1\.png; give each label its image's name",
    ),
    "names that differ in the middle": (
        lambda root: [pairs(root, f"images/{n}_sat_{{}}.png", f"masks/{n}_mask_{{}}.png", number=2) for n in (7, 8, 9)],
        r"masks/7_mask_2\.png: looks like a mask, but no image is called so, such as 7_sat_2\.png; give each label its",
    ),
    "other names of some images": (
        lambda root: (
            several("scans/a_org_{}.png", "masks/a_{}.png")(root),
            several("scans/b_org_x-{}.png", "masks/b_{}.png")(root),
        ),
        r"masks/b_1\.png: looks like a mask, but no image is called so, such as b_org_x-1\.png; give each label its",
    ),
    "endings that differ in each label": (
        lambda root: [
            several(f"images/{n}.jpg", f"masks/{n}.jpg_{word}.png")(root) for n, word in enumerate(("ab", "cde", "fgh", "ij"))
        ],
        r"masks/0\.jpg_ab\.png: looks like a mask of 0\.jpg, but is called otherwise; give each label its image's name",
    ),
    "labels that only their pixels tell": (
        several("{}/pre/FLAIR.png", "{}/wmh.png"),
        r"1/wmh\.png: looks like a mask, but no image is called so, such as FLAIR\.png; give each label its image's name",
    ),
    "images that are called as labels": (
        several("In/mask00{}.png", "Out/{}.png"),
        r"Out/1\.png: looks like a mask, but no image is called so, such as mask001\.png; give each label its image's name",
    ),
    "masks of two people with maps beside them": (
        lambda root: [
            several("tissue images/{}.png", f"Annotator {who}/{kind}/{{}}.png")(root)
            or [save(noise(n), root / f"Annotator {who}/distance/{n}.png") for n in range(1, 7)]
            for who in (1, 2)
            for kind in ("mask", "mask without border")
        ],
        r"Annotator 1/mask/1\.png and .*Annotator 1/mask without border/1\.png: are both masks of 1\.png; join",
    ),
    "palettes in which 0 is no background": (palettes, r"masks/1\.gif: its palette shows black, the background, as 1"),
    "folders with images and labels of their own": (
        lambda root: [pairs(root, f"{form}/img/{{}}.png", f"{form}/gt/{{}}.png") for form in ("jpg", "tif")],
        r"lie in jpg, tif; name one of them, or take all with --slices#image_folder '\*/img' --slices#label_folder '\*/gt'$",
    ),
    "a set two folders below beside others": (
        several("data/drones/original/{}.jpg", "data/drones/labels/{}.png", "other/a/{}_1.png", "other/b/{}_2.png"),
        r"images with labels of their own lie in data/drones; name that folder",
    ),
    "parts of places in a part to train on": (
        several("Train/Rural/images_png/{}.png", "Train/Rural/masks_png/{}.png", "Val/Rural/masks_png/{}.png"),
        r"images with labels of their own lie in Rural; name that folder",
    ),
    "masks of DICOM series": (
        texts("CT/Ground/{}.png", "CT/{}.dcm"),
        r"looks like masks of its 6 images.*; if images are among others, save series of \.dcm as NIfTI, as dcm2niix does",
    ),
    "texts of YOLO": (texts("images/{}.png", "labels/{}.txt"), r"labels/1\.txt: labels are read from images alone; draw these"),
    "outlines of COCO": (
        texts("train/{}.png", "train/_annotations.coco.json"),
        r"_annotations\.coco\.json: labels are read from images alone; draw these as masks",
    ),
    "outlines of Label Studio": (
        texts("images/{}.png", "export/result-at-{}.json", text='{"file_name": "images/2.png"}'),
        r"export/result-at-1\.json: labels are read from images alone; draw these as masks",
    ),
    "outlines of Labelbox": (
        texts("images/{}.png", "{}9/export.ndjson", text='{"external_id": "2.png"}'),
        r"19/export\.ndjson: labels are read from images alone; draw these as masks",
    ),
    "outlines of Fiji": (
        texts("image{}.png", "image{}_RoiSet.zip"),
        r"image1_RoiSet\.zip: labels are read from images alone; unpack it, and draw these as masks",
    ),
    "run lengths of Kaggle": (
        texts("train/{}.png", "train{}.csv", text="id,rle\n1,118145 6 118849 7 119553 8\n"),
        r"train1\.csv: run lengths are not read; draw them as masks, such as PNG of 0 and 255 in masks/; .*by_hand",
    ),
    "archives": (lambda root: (root / "images.zip").write_bytes(b""), r"holds no images; unpack \.zip files first"),
    "arrays in images/ and masks/": (
        lambda root: [
            (
                (root / "Fold 1" / name / "fold1").mkdir(parents=True),
                np.save(root / "Fold 1" / name / "fold1" / "a.npy", disc(1)),
            )
            for name in ("images", "masks")
        ],
        r"holds no images; save \.npy as TIFF",
    ),
    "outlines of MoNuSeg": (
        texts("Tissue Images/T{}.png", "Annotations/T{}.xml"),
        r"Annotations/T1\.xml: labels are read from",
    ),
    "a list of images and labels": (
        lambda root: (
            several("data/{}a.png", "data/{}b.png")(root),
            (root / "list.csv").write_text("image,label\n" + "".join(f"data/{n}a.png,data/{n}b.png\n" for n in range(1, 7))),
        ),
        r"list\.csv: lists are not read; copy each image into images/ and its label, of the same name, into labels/; .*by_hand",
    ),
    "regions of ImageJ, a file an image": (
        texts("cell{}.png", "regions/cell{}.zip"),
        r"cell1\.zip: labels are .*; unpack it, and",
    ),
    "arrays of Cellpose": (texts("cell{}.png", "cell{}_seg.npy"), r"cell1_seg\.npy: labels are read from images alone; save"),
}


@pytest.mark.parametrize("name", TWO_MASKS)
def test_two_masks_of_one_image_are_refused_and_to_be_joined(name: str, tmp_path: Path) -> None:
    several(*TWO_MASKS[name])(tmp_path)
    image, first, second = (written.format(1) for written in TWO_MASKS[name])
    with pytest.raises(ValueError) as error:
        find_layout(tmp_path)
    told = str(error.value)
    assert f"{first} and " in told and f"{second}: are both masks of {Path(image).name}; join" in told


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_set_of_pairs_is_refused_with_the_mend(name: str, tmp_path: Path) -> None:
    plant, message = REFUSED[name]
    plant(tmp_path)
    with pytest.raises(ValueError, match=message):
        find_layout(tmp_path)


def test_a_further_mask_of_one_image_is_refused_rather_than_left_out(tmp_path: Path) -> None:
    pairs(tmp_path, "benign ({}).png", "benign ({})_mask.png")
    save(disc(9), tmp_path / "benign (4)_mask_1.png")
    with pytest.raises(ValueError, match=r"\(4\)_mask\.png and .*\(4\)_mask_1\.png: are both masks of benign \(4\)\.png; join"):
        find_layout(tmp_path)


def test_masks_that_are_joined_are_read(tmp_path: Path) -> None:
    several(*MONTGOMERY)(tmp_path)
    for left in (tmp_path / "ManualMask" / "leftMask").iterdir():
        right = tmp_path / "ManualMask" / "rightMask" / left.name
        save(np.asarray(Image.open(left)) | np.asarray(Image.open(right)), left)
        right.unlink()
    assert len(find_layout(tmp_path).items()) == 6


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("set/v2/Images/{}.png", "set/v2/Masks/{}.png"),
        ("images/{}.jpg", "annotations/trimaps/{}.png"),
        ("{}.png", "labels/final/{}.png"),
    ],
)
def test_folders_that_hold_nothing_but_one_stand_for_it(image: str, label: str, tmp_path: Path) -> None:
    pairs(tmp_path, image, label)
    items = find_layout(tmp_path).items()
    expected = {(str(tmp_path / image.format(n)), str(tmp_path / label.format(n))) for n in range(1, 7)}
    assert {(item["image"], item["label"]) for item in items} == expected


def test_files_without_a_suffix_are_told_as_dicom_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "IM0001").write_bytes(bytes(128) + b"DICM" + bytes(99))
    with pytest.raises(ValueError, match="holds no images; save series of DICOM as NIfTI, as dcm2niix does"):
        find_layout(tmp_path)


@pytest.mark.parametrize(("make", "told"), [(Path.touch, "empty file .0 bytes."), (os.mkfifo, "is no regular file")])
def test_a_label_that_cannot_be_read_is_named(tmp_path: Path, make: Callable[[Path], object], told: str) -> None:
    pairs(tmp_path, "images/{}.png", "masks/{}.png")
    first = min((tmp_path / "masks").iterdir())
    first.unlink()
    make(first)
    with pytest.raises(ValueError, match=f"^{first}: {told}"):
        find_layout(tmp_path)
