"""Images of one patient are told by words behind the patient's name, and by the names of folders beside each other."""

import re
from pathlib import Path

import pytest
from own_sets import pairs

from custom.data import folder_images
from custom.init.layout import find_layout
from custom.init.patient_doubts import doubt_about_patients
from custom.init.patients import patient_pattern, pattern_of


@pytest.mark.parametrize(
    ("endings", "names"),
    [
        (["left", "right"], "pt{:02}"),
        (["pre", "post"], "anna{}"),
        (["LCC", "LMLO", "RCC", "RMLO"], "{:04}"),
        (["LEFT_CC", "LEFT_MLO", "RIGHT_CC"], "Mass-Training_P_{:05}"),
        (["MG_R_CC_ANON", "MG_L_CC_ANON"], "2058{0}_6c613a{0}"),
        (["2CH_ED", "2CH_ES", "4CH_ED", "4CH_ES"], "patient{:04}"),
        (["left_1", "left_2", "right_1"], "P{}"),
        (["OD", "OS"], "lab_anna_{}"),
    ],
)
def test_words_behind_the_name_of_a_patient_keep_images_together(endings: list[str], names: str) -> None:
    images = [f"{names.format(patient)}_{ending}" for patient in range(6) for ending in endings]
    pattern = patient_pattern(images)
    assert [match and match[1] for match in (re.fullmatch(pattern, image) for image in images)] == [
        names.format(patient) for patient in range(6) for _ in endings
    ]


def test_patients_may_lack_some_of_the_words() -> None:
    images = ["1_t1", "1_t2", "1_t2_SPACE", "2_t1", "2_t2", "3_t1", "3_t2", "3_t2_SPACE", "4_t2", "5"]
    assert {re.fullmatch(patient_pattern(images), image)[1] for image in images} == set("12345")  # type: ignore[index]


@pytest.mark.parametrize(
    "images",
    [
        [f"{n}_{kind}" for n, kind in enumerate("AAADDDGGNN")],  # one image of each
        [f"{colour}_{animal}" for colour, animal in zip("abcdeabcde", "qrstuvwxyz", strict=True)],
        [f"{part}_{n}" for part in ("train", "extra", "more") for n in range(5)],
        [f"scan-{n}a" for n in range(9)],
    ],
)
def test_words_that_do_not_recur_are_no_images_of_one_patient(images: list[str]) -> None:
    assert patient_pattern(images) == ""


@pytest.mark.parametrize("letters", ["lr", "abc", "AB"])
def test_images_of_a_patient_may_be_told_by_letters(letters: str) -> None:
    assert patient_pattern([f"{patient}{letter}" for patient in range(5) for letter in letters]) == "(.*[0-9])[_-]?[A-Za-z]"


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("G-{0}-{1:03}/G-{0}-{1:03}-t1.nii.gz", "G-{0}-{1:03}/G-{0}-{1:03}-seg.nii.gz"),
        ("images/p{0}_v{1}/flair.png", "labels/p{0}_v{1}/flair.png"),
        ("P{0}_V{1}/slice1.png", "P{0}_V{1}/slice1_mask.png"),
        ("case{0}_{1}/imaging.nii.gz", "case{0}_{1}/segmentation.nii.gz"),
    ],
)
def test_visits_in_folders_beside_each_other_are_of_one_patient(image: str, label: str, tmp_path: Path) -> None:
    for patient in range(5):
        for visit in (1, 2):
            paths = (written.format(patient, visit).replace("{", "{{") for written in (image, label))
            pairs(tmp_path, *paths, number=1)
    layout = find_layout(tmp_path)
    patients = [item["patient_id"] for item in layout.items(pattern_of(layout.items()))]
    assert len(patients) == 10
    assert sorted({*patients}, key=patients.index) == [patients[2 * number] for number in range(5)]
    assert patients[::2] == patients[1::2]


@pytest.mark.parametrize(
    ("images", "patients"),
    [
        ([f"P{p:02}S{n:03}" for p in range(5) for n in range(3)], 5),
        ([f"{well}f{n:02}d0" for well in ("B02", "C03", "D04", "E11", "F07") for n in range(3)], 5),
        ([f"r02c{c:02}f{f:02}p01-ch1" for c in range(6) for f in range(4)], 6),
        ([f"xy{p:02}t{n:03}c1" for p in range(4) for n in range(9)], 4),
        ([f"TCGA-A1-A0S{p}-DX1_xmin{11 * n}_ymin7_MPP-0.2500" for p in "KPQ" for n in range(3)], 3),
        ([f"TCGA-A1-A0{p}-01Z-00-DX{n}" for p, n in (("SK", 1), ("SP", 1), ("SK", 2), ("SQ", 1), ("SR", 1), ("ST", 1))], 5),
        ([f"p{p:03}_{n}" for p in range(20) for n in range(1 + (p < 4))], 20),  # most patients were seen once
        ([f"{1000 + 7 * n:x}{n}" for n in range(9)], 0),
    ],
)
def test_numbers_without_separators_and_barcodes_tell_patients(images: list[str], patients: int) -> None:
    pattern = patient_pattern(images)
    found = {match[1] for image in images if (match := re.fullmatch(pattern, image))} if pattern else set()
    assert len(found) == patients


def test_names_of_kinds_that_may_be_no_patients_are_told(tmp_path: Path) -> None:
    for kind in ("Abyssinian", "Bengal", "Birman", "Sphynx"):
        pairs(tmp_path, f"images/{kind}_{{}}.png", f"masks/{kind}_{{}}.png")
    layout = find_layout(tmp_path)
    pattern = pattern_of(layout.items())
    assert doubt_about_patients(layout.items(), pattern).startswith("each name (Abyssinian, Bengal, Birman, …) is taken for a")
    assert doubt_about_patients(layout.items(), "(.+)") == ""


def test_folders_that_may_be_kinds_of_images_are_told(tmp_path: Path) -> None:
    for kind in ("benign", "malignant", "normal", "unknown"):
        pairs(tmp_path, f"images/{kind}/{{}}.png", f"masks/{kind}/{{}}.png")
    layout = find_layout(tmp_path)
    items = layout.items(pattern_of(layout.items()))
    assert len({item["patient_id"] for item in items}) == 4
    doubt = doubt_about_patients(items)
    assert doubt.startswith("each folder (benign, malignant, normal, …) is taken for a patient, so the validation gets whole")
    pattern = re.search("--slices#patient_pattern '(.+)', and", doubt)
    assert pattern
    assert len({item["patient_id"] for item in layout.items(pattern[1])}) == 24


@pytest.mark.parametrize(
    ("images", "doubtful", "patients"),
    [
        (
            [f"fold{fold}/p{2 * fold + n}_{k}.png" for fold in range(5) for n in range(2) for k in range(2)],
            True,
            10,
        ),  # of numbered names
        ([f"kind {kind}/s{n}/x{n}/{n}.png" for kind in "ABCD" for n in range(3)], True, 12),  # of folders below
        ([f"L{n}/{k}.nii.gz" for n in range(4) for k in range(5)], True, 20),  # more volumes than folders
        ([f"L{n}/{k}.nii.gz" for n in range(6) for k in range(5)], False, 6),
        ([f"p{n}/p{n}_{k}.nii.gz" for n in range(4) for k in range(5)], False, 4),
        ([f"L{n}/{k}.png" for n in range(4) for k in range(5)], False, 4),  # slices
    ],
)
def test_folders_of_several_patients_are_told_with_the_pattern_of_each(
    images: list[str], doubtful: bool, patients: int, tmp_path: Path
) -> None:
    for image in images:
        for folder in ("images", "labels"):
            pairs(tmp_path, f"{folder}/{image}", f"{folder}/{image}", number=1)
    items = folder_images(tmp_path)
    doubt = doubt_about_patients(items)
    assert bool(doubt) == doubtful
    told = re.search("--slices#patient_pattern '(.+)', and", doubt)
    found = folder_images(tmp_path, patient_pattern=told[1]) if told else items
    assert len({item["patient_id"] for item in found}) == patients


@pytest.mark.parametrize("image", ["images/p{}/1.png", "images/{}.png"])
def test_folders_with_the_numbers_of_patients_are_no_doubt(image: str, tmp_path: Path) -> None:
    pairs(tmp_path, image, image.replace("images", "masks"))
    assert doubt_about_patients(find_layout(tmp_path).items()) == ""
