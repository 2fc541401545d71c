"""Which files of a folder are images, and which are their labels."""

import re
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest
from own_sets import classes, disc, noise, pairs, photographs, save, volumes

from custom.data.names import Names
from custom.init.belonging import TO_JUDGE, part_of
from custom.init.layout import find_layout
from custom.init.naming import Group
from custom.init.patients import patient_pattern
from custom.init.roles import Called, called

FURTHER = "further labels of the same images, left out; to train on others, add for example"


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("{}.png", "{}_mask.png"),
        ("{}.jpg", "{}_seg.png"),
        ("a{:03}.png", "a{:03}_label.png"),
        ("img_{}.png", "mask_{}.png"),
        ("{}_img.png", "{}_gt.png"),
        ("images/{}.png", "masks/{}.png"),
        ("images/{}.png", "masks/{}_mask.png"),
        ("images/im{:04}.png", "labels/lab{:04}.png"),
        ("imagesTr/s_{:03}_0000.png", "labelsTr/s_{:03}.png"),
        ("img/{}.tif", "gt/{}.gif"),
        ("raw/scan-{}.png", "annotations/scan-{}-truth.png"),
        ("{}.png", "masks/{}.png"),
        ("data/left/{}.png", "truth/left/{}.png"),
    ],
)
def test_images_and_labels_are_paired_under_common_names(image: str, label: str, tmp_path: Path) -> None:
    pairs(tmp_path, image, label)
    items = find_layout(tmp_path).items()
    expected = {(str(tmp_path / image.format(n)), str(tmp_path / label.format(n))) for n in range(1, 7)}
    assert {(item["image"], item["label"]) for item in items} == expected


def test_one_name_stored_in_two_ways_is_one(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "labels/{}.png")
    for number in range(1, 7):
        for folder, form in (("images", "NFC"), ("labels", "NFD")):
            path = tmp_path / folder / f"{number}.png"
            path.rename(path.with_name(normalize(form, f"Gewebe_ü_{number}.png")))
    items = find_layout(tmp_path).items()
    assert [normalize("NFC", Path(item["label"]).name) for item in items] == [Path(item["image"]).name for item in items]
    assert len(items) == 6


def test_photographs_under_the_names_of_drive(tmp_path: Path) -> None:
    photographs(tmp_path)
    layout = find_layout(tmp_path)
    assert layout.root == tmp_path / "training"
    assert layout.names == Names("images", "1st_manual", "_training", "_manual1", "mask", "_training_mask")
    assert layout.notes == ("test: left out of the training, to judge it by",)
    assert len(layout.items()) == 6


def test_the_first_of_two_truths_is_taken_and_the_other_told(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}_x.tif", "1st_manual/{}_manual1.gif")
    pairs(tmp_path, "images/{}_x.tif", "2nd_manual/{}_manual2.gif")
    layout = find_layout(tmp_path)
    assert layout.names.label_folder == "1st_manual"
    assert layout.notes == (f"2nd_manual/*_manual2: {FURTHER} --slices#label_folder 2nd_manual",)


def test_volumes_under_the_names_of_nnunet(tmp_path: Path) -> None:
    volumes(tmp_path)
    assert find_layout(tmp_path).names == Names("imagesTr", "labelsTr", "_0000")


@pytest.mark.parametrize(
    ("image", "label", "names"),
    [
        ("P{0}/image/P{0}.png", "P{0}/label/P{0}.png", ("*/image", "*/label", "", "")),
        ("set/train/{0}/Images/a.png", "set/train/{0}/Contours/a_seg.png", ("*/Images", "*/Contours", "", "_seg")),
        ("Slide_{0}/0{0}_1.png", "GT_{0}/0{0}_1.png", ("Slide_*", "GT_*", "", "")),
        ("day {0}/frame_{0}.png", "day {0}/masks/frame_{0}.png", (".", "*/masks", "", "")),
        (
            "IMD{0:03}/IMD{0:03}_Dermoscopic_Image/IMD{0:03}.png",
            "IMD{0:03}/IMD{0:03}_lesion/IMD{0:03}_lesion.png",
            ("*/IMD*_Dermoscopic_Image", "*/IMD*_lesion", "", "_lesion"),
        ),
        ("p{0}/raw/labeled/a_{0}.png", "p{0}/mask/number/a_{0}.png", ("*/raw/labeled", "*/mask/number", "", "")),
        ("kind {0}/tissue images/x_{0}.png", "kind {0}/mask binary/x_{0}.png", ("*/tissue images", "*/mask binary", "", "")),
    ],
)
def test_folders_of_each_patient_are_read(image: str, label: str, names: tuple[str, ...], tmp_path: Path) -> None:
    pairs(tmp_path, image, label)
    layout = find_layout(tmp_path)
    items = layout.items()
    expected = {(str(tmp_path / image.format(n)), str(tmp_path / label.format(n))) for n in range(1, 7)}
    assert {(item["image"], item["label"]) for item in items} == expected
    assert (layout.names[:4], len({item["patient_id"] for item in items})) == (names, 6)


def test_the_part_to_judge_by_in_each_of_several_folders_is_left_out(tmp_path: Path) -> None:
    for kind in ("deep", "flat", "both"):
        for part in ("train", "test"):
            pairs(tmp_path, f"{kind}/{part}/img/{{}}.png", f"{kind}/{part}/gt/{{}}.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("*/train/img", "*/train/gt")
    assert {Path(item["image"]).parts[-3] for item in layout.items()} == {"train"}


def test_a_folder_to_judge_by_among_those_of_patients_is_told(tmp_path: Path) -> None:
    for folder in ("p1", "p2", "p3", "p4", "test"):
        pairs(tmp_path, f"{folder}/img/{{}}.png", f"{folder}/gt/{{}}.png", number=2)
    assert find_layout(tmp_path).notes == (
        "test/img/1.png, test/img/2.png: called as images to judge by, but trained on; move them elsewhere with their labels",
    )


@pytest.mark.parametrize(("label", "size"), [("_space-orig_T2w_label-SC_seg", (48, 40, 5)), ("_label-SC_seg", (40, 48, 5))])
def test_of_several_contrasts_the_one_that_labels_were_drawn_on_is_taken(
    label: str, size: tuple[int, ...], tmp_path: Path
) -> None:
    for n in range(1, 7):
        anat = f"sub-{n}/anat/sub-{n}"
        save(noise(n, size), tmp_path / f"{anat}_T1w.nii.gz")
        save(noise(n, (48, 40, 5)), tmp_path / f"{anat}_T2w.nii.gz")
        save(np.stack([disc(n, 1)] * 5, -1), tmp_path / f"derivatives/labels/{anat}{label}.nii.gz")
    layout = find_layout(tmp_path)
    assert layout.names == Names(".", "derivatives/labels", "_T2w", label)
    assert len(layout.items()) == 6


def test_two_folders_of_the_same_images_are_not_joined(tmp_path: Path) -> None:
    for kind in ("PNG", "TIF"):
        pairs(tmp_path, f"{kind}/Original/{{}}.png", f"{kind}/Truth/{{}}.png")
    with pytest.raises(ValueError, match="images with labels of their own lie in PNG, TIF; name one of them"):
        find_layout(tmp_path)


def frames_beside_films(root: Path) -> None:
    """Two frames of each patient with labels, beside a film that has none."""
    for n in range(1, 5):
        patient = f"p{n}/p{n}"
        save(noise(n, (48, 40, 3)), root / f"{patient}_4d.nii.gz")
        for frame in (1, 8 + n):
            save(noise(n + frame, (48, 40, 3)), root / f"{patient}_frame{frame:02}.nii.gz")
            save(np.stack([disc(n, 1)] * 3, -1), root / f"{patient}_frame{frame:02}_gt.nii.gz")


def test_files_without_partner_are_left_out_where_a_person_says_so(tmp_path: Path) -> None:
    frames_beside_films(tmp_path)
    with pytest.raises(ValueError, match=r"p4/p4_4d\.nii\.gz; .*, or leave them out with --slices#only_pairs True; bundle"):
        find_layout(tmp_path)
    layout = find_layout(tmp_path, only_pairs=True)
    assert layout.names == Names(label_suffix="_gt")
    assert [item["label"].replace("_gt", "") for item in layout.items()] == [item["image"] for item in layout.items()]
    assert len(layout.items()) == 8
    assert layout.notes == (
        "p1/p1_4d.nii.gz, p2/p2_4d.nii.gz, p3/p3_4d.nii.gz, …: 4 files have no partner and are left out, as you asked",
    )


def test_a_label_of_another_name_is_moved_rather_than_left_out(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "masks/{}.png")
    (tmp_path / "masks/6.png").rename(tmp_path / "masks/six.png")
    with pytest.raises(ValueError, match=r"images/6\.png, masks/six\.png; .*, or move them elsewhere; bundle"):
        find_layout(tmp_path)


@pytest.mark.parametrize(
    ("image", "labels", "asked", "only_pairs"),
    [
        ("Image_{}L.jpg", ["Image_{}L_1stHO.png", "Image_{}L_2ndHO.png"], {"label_suffix": "_1stHO"}, True),
        ("image/a_{}.png", ["label/a_{}.png", "label/a_{}_vis.png"], {}, True),
        ("pre/p{0}_x.png", ["masks/p{0}_mask1.png", "masks/p{0}_mask2.png"], {"label_suffix": "_mask1"}, False),
        ("s{0}/ct.png", [f"s{{0}}/parts/{organ}.png" for organ in "abcdefgh"], {"label_suffix": "a"}, False),
    ],
)
def test_one_of_several_kinds_of_labels_is_taken_as_the_refusal_says(
    image: str, labels: list[str], asked: dict[str, str], only_pairs: bool, tmp_path: Path
) -> None:
    for label in labels:
        pairs(tmp_path, image, label)
    options = [*(f"--slices#{name} {value}" for name, value in asked.items()), *["--slices#only_pairs True"] * only_pairs]
    with pytest.raises(ValueError, match=rf"are both masks of .* with {' '.join(options)}; bundle"):
        find_layout(tmp_path)
    items = find_layout(tmp_path, asked, only_pairs).items()
    expected = {(str(tmp_path / image.format(n)), str(tmp_path / labels[0].format(n))) for n in range(1, 7)}
    assert {(item["image"], item["label"]) for item in items} == expected


def test_a_preview_beside_a_label_is_not_its_image(tmp_path: Path) -> None:
    for part in ("01training", "02validation"):
        volumes(tmp_path / part)
        (tmp_path / part / "imagesTr").rename(tmp_path / part / "rawdata")
        for path in [*(tmp_path / part / "labelsTr").iterdir()]:
            save(noise(1), path.with_name(path.name.replace(".nii.gz", "_preview.png")))
            path.rename(path.with_name(path.name.replace(".nii.gz", "_msk.nii.gz")))
    with pytest.raises(ValueError, match="images with labels of their own lie in 01training, 02validation; name one of them"):
        find_layout(tmp_path)


def test_labels_are_not_paired_with_labels_that_differ_by_a_number_alone(tmp_path: Path) -> None:
    for n in range(1, 7):
        for kind in (1, 2):
            save(disc(n + kind), tmp_path / f"p{n}/mask/a_raw{kind}.png")
    with pytest.raises(ValueError, match="nothing in .* looks like masks"):
        find_layout(tmp_path)


@pytest.mark.parametrize(
    ("folder", "role"),
    [
        ("raw/labeled", Called.NOTHING),
        ("labels", Called.LABELS),
        ("Training-labeled/images", Called.IMAGES),
        ("gt", Called.LABELS),
    ],
)
def test_labeled_images_are_no_labels(folder: str, role: Called) -> None:
    assert called(Group(folder, "", {})) is role


def test_a_person_may_choose_among_labels_of_the_same_images(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "leaves/{}.png")
    pairs(tmp_path, "images/{}.png", "plants/{}.png")
    layout = find_layout(tmp_path, {"label_folder": "plants"})
    assert {Path(item["label"]).parent.name for item in layout.items()} == {"plants"}
    assert layout.notes == (f"leaves/: {FURTHER} --slices#label_folder leaves",)


def test_all_of_many_labels_of_a_patient_are_told(tmp_path: Path) -> None:
    for kind in ("adc_tumor_reader1", "t2_anatomy_reader1", "t2_tumor_reader1"):
        pairs(tmp_path, "{}/t2.png", f"{{}}/{kind}.png")
        pairs(tmp_path, "{}/adc.png", "{}/dwi.png")
    layout = find_layout(tmp_path, {"label_suffix": "t2_anatomy_reader1"})
    assert {Path(item["label"]).stem for item in layout.items()} == {"t2_anatomy_reader1"}
    assert {"*adc_tumor_reader1", "*t2_tumor_reader1"} <= {*re.split(", |: ", layout.notes[0])}


def test_other_folders_do_not_matter(tmp_path: Path) -> None:
    classes(tmp_path)
    save(noise(0), tmp_path / "preview" / "all.png")
    assert find_layout(tmp_path).names == Names("img", "gt")


def test_parts_with_images_and_masks_are_no_folders_of_objects(tmp_path: Path) -> None:
    for part in ("train", "val", "test"):
        pairs(tmp_path / part, "images/{}.png", "masks/{}.png")
    layout = find_layout(tmp_path)
    assert (layout.root, layout.names) == (tmp_path / "train", Names("images", "masks"))
    assert layout.notes == ("test, val: left out of the training, to judge it by",)


@pytest.mark.parametrize("judged", [True, False])
def test_the_training_part_of_images_and_labels_is_taken(judged: bool, tmp_path: Path) -> None:
    pairs(tmp_path, "images/train/{}.png", "labels/train/{}.png")
    pairs(tmp_path, "images/val/{}.png", "labels/val/{}.png" if judged else "images/val/{}_other.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("images/train", "labels/train")
    assert layout.notes == ("images/val: left out of the training, to judge it by",)


def test_files_of_the_same_names_in_a_folder_for_each_patient(tmp_path: Path) -> None:
    pairs(tmp_path, "case_{}/imaging.nii.gz", "case_{}/segmentation.nii.gz")
    layout = find_layout(tmp_path)
    assert layout.names == Names("", "", "imaging", "segmentation")
    assert [item["patient_id"] for item in layout.items()] == [f"case_{n}" for n in range(1, 7)]


def test_further_images_of_the_same_patients_are_told(tmp_path: Path) -> None:
    for sequence in ("flair", "t1"):
        pairs(tmp_path, f"{{0}}/{{0}}_{sequence}.png", "{0}/{0}_seg.png")
    assert find_layout(tmp_path).notes == (
        "*_flair: further images of the same names, left out; to train on them too, join the files of each image into one, "
        "as its channels; bundle/docs/by_hand.md shows how",
    )


def test_masks_that_jpeg_has_blurred_are_told(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "masks/{}.jpg")
    with pytest.raises(ValueError, match=r"masks/1\.jpg: is called a label, but JPEG blurs class numbers"):
        find_layout(tmp_path)


def test_files_without_partner_are_named(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "masks/{}.png")
    (tmp_path / "masks" / "3.png").unlink()
    save(disc(9), tmp_path / "masks" / "9.png")
    with pytest.raises(
        ValueError, match=r"5 images have labels, but these files have no partner: images/3\.png, masks/9\.png;"
    ):
        find_layout(tmp_path)


def test_images_without_masks_are_refused(tmp_path: Path) -> None:
    for n in range(4):
        save(noise(n), tmp_path / "a" / f"{n}.png")
        save(noise(n + 9), tmp_path / "b" / f"{n}.png")
    with pytest.raises(ValueError, match="nothing in .* looks like masks of its 8 images"):
        find_layout(tmp_path)


def test_painted_labels_are_refused_with_the_mend(tmp_path: Path) -> None:
    for n in range(4):
        save(noise(n), tmp_path / "images" / f"{n}.png")
        save(np.stack([disc(n), disc(n + 9), 0 * disc(n)], -1), tmp_path / "labels" / f"{n}.png")
    with pytest.raises(ValueError, match=r"labels/0\.png: holds colours, not class numbers; save labels as grey images"):
        find_layout(tmp_path)


@pytest.mark.parametrize("folder", ["nowhere", ".", "list.csv"])
def test_nothing_is_refused(folder: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("image,label\n")
    with pytest.raises(ValueError, match=r"no folder|holds no images|list\.csv' is a file; name the folder that holds"):
        find_layout(tmp_path / folder)


@pytest.mark.parametrize(
    ("names", "patients"),
    [
        ([f"anna{p}_{n}" for p in range(5) for n in range(3)], 5),
        ([f"p{p}-slice{n}" for p in range(5) for n in range(3)], 5),
        ([f"Image_{p:02}{side}" for p in range(5) for side in "LR"], 5),
        ([f"img{p}_jpg.rf.{3 * p + n:032x}" for p in range(5) for n in range(3)], 5),
        ([f"p{p}_v{visit}_{n}" for p in range(5) for visit in (1, 2) for n in range(2)], 5),
        ([f"site{s}_{p:03}_{n}" for s in range(5) for p in range(20) for n in range(3)], 100),
        ([f"slide{p}_{x}_{y}" for p in range(3) for x in range(0, 5120, 512) for y in (0, 512)], 3),
        ([f"slide{p}_r{row}_c{column}" for p in range(3) for row in range(9) for column in range(9)], 3),
        ([f"slide{p} [x={x},y=0,w=512,h=512]" for p in range(2) for x in (0, 512)], 2),
        ([f"cell_x{row}_y{column}" for row in range(3) for column in range(3)], 0),
        ([f"img_{n}" for n in range(9)], 0),
        ([f"{n}" for n in range(9)], 0),
        ([f"train_{n}" for n in range(5)] + [f"extra_{n}" for n in range(5)], 0),
    ],
)
def test_images_of_a_patient_are_told_by_their_names(names: list[str], patients: int) -> None:

    pattern = patient_pattern(names)
    found = {match[1] for name in names if (match := re.fullmatch(pattern, name))} if pattern else set()
    assert len(found) == patients


def test_channels_in_files_of_their_own_are_named_with_the_mend(tmp_path: Path) -> None:
    for n in range(4):
        for channel in range(2):
            save(noise(2 * n + channel), tmp_path / "imagesTr" / f"case_{n}_{channel:04}.png")
        save(disc(n), tmp_path / "labelsTr" / f"case_{n}.png")
    with pytest.raises(ValueError, match=r"case_0_0001\.png: is a further channel of an image.* join the channels"):
        find_layout(tmp_path)


def test_of_images_and_others_of_their_names_the_plain_ones_are_taken(tmp_path: Path) -> None:
    pairs(tmp_path, "photos/{}.jpg", "truth/{}_segmentation.png")
    pairs(tmp_path, "photos/{}_superpixels.png", "truth/{}_segmentation.png")
    with pytest.raises(ValueError, match=r"6 images have labels, but .* no partner: photos/1_superpixels\.png, photos/2_sup"):
        find_layout(tmp_path)


def test_painted_labels_are_no_images(tmp_path: Path) -> None:
    pairs(tmp_path, "left/a/{}_left.png", "fine/a/{}_fine_ids.png")
    for n in range(1, 7):
        save(np.stack([disc(n), 0 * disc(n), disc(n + 9)], -1), tmp_path / "fine" / "a" / f"{n}_fine_color.png")
    assert {Path(item["label"]).name for item in find_layout(tmp_path).items()} == {f"{n}_fine_ids.png" for n in range(1, 7)}
    for path in tmp_path.glob("fine/a/*color.png"):
        path.unlink()
    assert len(find_layout(tmp_path).items()) == 6


def test_images_and_labels_that_begin_alike_are_paired_by_their_whole_names(tmp_path: Path) -> None:
    pairs(tmp_path, "JPEGImages/img{}.jpg", "SegmentationClassPNG/img{}.png")
    assert find_layout(tmp_path).names == Names("JPEGImages", "SegmentationClassPNG")


def test_all_folders_to_train_on_are_taken(tmp_path: Path) -> None:
    for batch in (1, 2):
        pairs(tmp_path, f"Training Batch {batch}/volume-{{}}.png", f"Training Batch {batch}/segmentation-{{}}.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("", "", "volume-*", "segmentation-*")
    assert len(layout.items()) == 12


def test_the_same_names_in_folders_that_begin_with_a_digit_are_paired(tmp_path: Path) -> None:
    pairs(tmp_path, "case{}/1 MRHead.png", "case{}/Segmentation.png")
    assert find_layout(tmp_path).names == Names("", "", "1 MRHead", "Segmentation")


def test_further_images_with_labels_are_told(tmp_path: Path) -> None:
    for slide in ("1a", "2a", "3a"):
        pairs(tmp_path, f"Slide_{slide}/{slide}_{{}}.png", f"GT_{slide}/{slide}_{{}}.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("Slide_1a", "GT_1a")
    assert layout.notes == (
        "Slide_2a with GT_2a, Slide_3a with GT_3a: further images with labels, left out; to train on all, put all images into "
        "one folder and all labels into another",
    )


def test_further_images_are_told_by_their_own_folder(tmp_path: Path) -> None:
    pairs(tmp_path, "2d_images/z{}.png", "2d_masks/z{}.png")
    pairs(tmp_path, "3d/IMG_{}.png", "3d/MASK_{}.png")
    (note,) = find_layout(tmp_path).notes
    assert note.startswith("3d: further images with labels, left out;")


def test_few_names_are_no_kinds_of_files(tmp_path: Path) -> None:
    pairs(tmp_path, "images/brain_{}.png", "masks/brain_{}.png", number=3)
    pairs(tmp_path, "images/brain_{}.png", "other masks/brain_{}.png", number=3)
    assert find_layout(tmp_path).notes == (f"other masks/: {FURTHER} --slices#label_folder 'other masks'",)


def test_labels_of_two_sets_may_be_called_in_two_ways(tmp_path: Path) -> None:
    pairs(tmp_path, "scans/CHN_{}.png", "masks/CHN_{}_mask.png")
    pairs(tmp_path, "scans/MCU_{}.png", "masks/MCU_{}.png")
    layout = find_layout(tmp_path)
    assert len(layout.items()) == 12
    assert (layout.names, layout.notes) == (Names("scans", "masks"), ())


def test_what_cellpose_leaves_beside_its_masks_is_neither_image_nor_label(tmp_path: Path) -> None:
    pairs(tmp_path, "a/{}.png", "a/{}_masks.png")
    pairs(tmp_path, "a/{}.png", "a/{}_flows.png")
    layout = find_layout(tmp_path)
    assert [Path(item["label"]).name for item in layout.items()] == [f"{n}_masks.png" for n in range(1, 7)]
    assert layout.notes == ()


def test_labels_of_other_things_are_told(tmp_path: Path) -> None:
    pairs(tmp_path, "image/{}.png", "groundtruth/{}.png")
    pairs(tmp_path, "image/{}.png", "edge/{}.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("image", "groundtruth")
    assert layout.notes == (f"edge/: {FURTHER} --slices#label_folder edge",)


def test_images_in_a_folder_that_is_called_as_labels_are_taken_where_there_are_no_others(tmp_path: Path) -> None:
    pairs(tmp_path, "COVID-19-CT-Seg/{}.png", "Lung_Mask/{}.png")
    assert find_layout(tmp_path).names == Names("COVID-19-CT-Seg", "Lung_Mask")


def test_labels_for_training_go_before_those_for_testing(tmp_path: Path) -> None:
    pairs(tmp_path, "{}/T1.png", "{}/LabelsForTraining.png")
    pairs(tmp_path, "{}/T1.png", "{}/LabelsForTesting.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("", "", "T1", "LabelsForTraining")
    assert layout.notes == (f"*LabelsForTesting: {FURTHER} --slices#label_suffix LabelsForTesting",)


def test_images_that_are_called_test_among_others_are_told(tmp_path: Path) -> None:
    for part in ("train", "testA"):
        pairs(tmp_path, f"{part}_{{}}.bmp", f"{part}_{{}}_anno.bmp", 4)
    layout = find_layout(tmp_path)
    assert layout.notes == (
        "testA_1.bmp, testA_2.bmp, testA_3.bmp, …: called as images to judge by, but trained on; move them elsewhere with "
        "their labels",
    )


@pytest.mark.parametrize(
    ("folder", "judged"), [("BraTS2020", False), ("imagesTs", True), ("imagesVa", True), ("images_val", True)]
)
def test_a_part_to_judge_by_is_told_by_its_name(folder: str, judged: bool) -> None:
    assert (part_of(folder) == TO_JUDGE) == judged


def test_images_and_labels_of_each_visit_of_a_patient(tmp_path: Path) -> None:
    for patient in range(1, 4):
        for visit in ("baseline", "followup"):
            pairs(tmp_path, f"P{patient}/{visit}/image/{{}}.png", f"P{patient}/{visit}/label/{{}}.png", number=2)
    layout = find_layout(tmp_path)
    items = layout.items()
    assert layout.names == Names("*/*/image", "*/*/label")
    assert len(items) == 12 and {item["patient_id"] for item in items} == {"P1", "P2", "P3"}
    assert all(item["label"] == item["image"].replace("/image/", "/label/") for item in items)
