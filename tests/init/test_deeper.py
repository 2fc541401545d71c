"""Images and labels in trees of folders of their own, or whose names share their middle alone."""

import re
import shlex
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from own_sets import disc, noise, pairs, save

from custom.data import folder_images
from custom.data.datalist import Slice
from custom.data.images import found_images
from custom.data.names import Names
from custom.init.layout import find_layout

# Image, label and a further image of six cases, with the names by which they are found.
TREES: dict[str, tuple[str, str, str, Names]] = {
    "ISLES 2022": (
        "sub-{0:02}/ses-1/dwi/sub-{0:02}_ses-1_dwi.png",
        "derivatives/sub-{0:02}/ses-1/sub-{0:02}_ses-1_msk.png",
        "sub-{0:02}/ses-1/anat/sub-{0:02}_ses-1_FLAIR.png",
        Names("**", "derivatives/**", "_dwi", "_msk"),
    ),
    "PI-CAI": (
        "images/1{0}/1{0}_9{0}_t2w.png",
        "truth/lesions/expert/resampled/1{0}_9{0}.png",
        "images/1{0}/1{0}_9{0}_sag.png",
        Names("images/**", "truth/lesions/expert/resampled", "_t2w"),
    ),
    "MitoEM": (
        "EM-im/im/im{0:04}.png",
        "EM-mito/train/seg{0:04}.tif",
        "overview.png",
        Names("EM-im/im", "EM-mito/train", "im*", "seg*"),
    ),
    "BBBC010": (
        "images/1649_Amp5-1_B_A{0:02}_w1.png",
        "foreground/A{0:02}_binary.png",
        "images/1649_Amp5-1_B_A{0:02}_w2.png",
        Names("images", "foreground", "1649_Amp5-1_B_*_w1", "_binary"),
    ),
    "SegTHOR": ("Patient_{0}/Patient_{0}.png", "Patient_{0}/GT.png", "", Names("**", "**", "", "GT")),
}


def plant(root: Path, image: str, label: str, further: str) -> None:
    """Six cases, of which the further image has another size."""
    pairs(root, image, label)
    for number in range(1, 7) if further else ():
        save(noise(number, (30, 20)), root / further.format(number))


def paired(items: list[Slice], root: Path) -> set[tuple[str, str]]:
    """Images with their labels, relative to the data set."""
    return {(str(Path(item["image"]).relative_to(root)), str(Path(item["label"]).relative_to(root))) for item in items}


@pytest.mark.parametrize(("image", "label", "further", "names"), TREES.values(), ids=TREES)
def test_labels_in_another_tree_or_of_a_part_of_the_name_are_found(
    image: str, label: str, further: str, names: Names, tmp_path: Path
) -> None:
    plant(tmp_path, image, label, further)
    layout = find_layout(tmp_path)
    assert layout.names == names
    assert paired(layout.items(), tmp_path) == {(image.format(n), label.format(n)) for n in range(1, 7)}
    assert len({item["patient_id"] for item in layout.items()}) == 6


@pytest.mark.parametrize("tree", ["ISLES 2022", "PI-CAI"])
def test_a_prediction_leaves_out_the_labels_and_other_sequences_of_such_trees(tree: str, tmp_path: Path) -> None:
    image, *others, names = TREES[tree]
    plant(tmp_path, image, *others)
    found, _ = found_images(tmp_path, names)
    assert {str(Path(item["image"]).relative_to(tmp_path)) for item in found} == {image.format(n) for n in range(1, 7)}


def test_what_a_microscope_puts_behind_the_channel_is_no_part_of_the_name(tmp_path: Path) -> None:
    for well in ("a01_s1", "a02_s1", "b01_s1"):
        for channel in ("w1", "w2"):
            identity = uuid5(NAMESPACE_URL, well + channel)
            save(noise(1), tmp_path / "images" / f"plate_{well}_{channel}{identity}.tif")
        save(disc(1), tmp_path / "labels" / f"plate_{well}.png")
    layout = find_layout(tmp_path)
    assert layout.names == Names("images", "labels", "*_w1*")
    assert [Path(item["label"]).stem for item in layout.items()] == ["plate_a01_s1", "plate_a02_s1", "plate_b01_s1"]


def test_files_of_one_name_in_such_trees_are_refused(tmp_path: Path) -> None:
    pairs(tmp_path, "scans/{0}/a{0}.png", "truth/a{0}.png")
    pairs(tmp_path, "scans/more/a{0}.png", "truth/a{0}.png", number=1)
    with pytest.raises(ValueError, match=r"scans/more/a1\.png: has the same name as a1\.png; remove one of them"):
        folder_images(tmp_path, image_folder="scans/**", label_folder="truth")


def test_the_patient_of_an_image_in_such_a_tree_is_told_by_its_folders(tmp_path: Path) -> None:
    for number in range(1, 7):
        save(noise(number), tmp_path / f"scans/p{number % 3}/day {number}/a{number}.png")
        save(disc(number), tmp_path / f"truth/a{number}.png")
    items = folder_images(tmp_path, image_folder="scans/**", label_folder="truth/**")
    assert [item["patient_id"] for item in items] == ["p0", "p0", "p1", "p1", "p2", "p2"]
    items = folder_images(tmp_path, image_folder="scans/**", label_folder="truth", patient_pattern="(.+)/[^/]*")
    assert len({item["patient_id"] for item in items}) == 6


def test_regions_with_folders_of_their_own_are_read_by_the_settings_that_are_told(tmp_path: Path) -> None:
    for part in ("Train", "Val"):
        for region in ("Rural", "Urban"):
            pairs(tmp_path, f"{part}/{region}/images_png/{{}}.png", f"{part}/{region}/masks_png/{{}}.png")
    with pytest.raises(ValueError, match=r"lie in Rural, Urban; name one of them, or take all with --slices#image_fo") as told:
        find_layout(tmp_path)
    layout = find_layout(tmp_path, settings(str(told.value)))
    assert (layout.root, layout.notes) == (tmp_path / "Train", ("Val: left out of the training, to judge it by",))
    expected = {(f"{r}/images_png/{n}.png", f"{r}/masks_png/{n}.png") for r in ("Rural", "Urban") for n in range(1, 7)}
    assert paired(layout.items(), tmp_path / "Train") == expected


def test_a_file_for_each_organ_beside_two_scans_is_read_by_the_settings_that_are_told(tmp_path: Path) -> None:
    organs = ("Artery_L", "Artery_R", "Brain", "Eye_L", "Eye_R", "Jaw", "Lips", "Stem")
    for organ in organs:
        plant(tmp_path, "c_{0}/c_{0}_IMG_CT.png", f"c_{{0}}/c_{{0}}_OAR_{organ}.png", "c_{0}/c_{0}_IMG_MR.png")
    with pytest.raises(ValueError, match=r"_OAR_Artery_L\.png and .*_OAR_Artery_R\.png: are both masks of .*; join ") as told:
        find_layout(tmp_path)
    asked = settings(str(told.value))
    assert asked.pop("only_pairs") == "True"
    items = find_layout(tmp_path, asked, only_pairs=True).items()
    expected = {(f"c_{n}/c_{n}_IMG_CT.png", f"c_{n}/c_{n}_OAR_Artery_L.png") for n in range(1, 7)}
    assert paired(items, tmp_path) == expected


def test_images_of_one_folder_of_labels_may_lie_in_several(tmp_path: Path) -> None:
    pairs(tmp_path, "part_1/{}.jpg", "truth/{}_seg.png")
    (tmp_path / "part_2").mkdir()
    for n in (2, 4):
        (tmp_path / f"part_1/{n}.jpg").rename(tmp_path / f"part_2/{n}.jpg")
    layout = find_layout(tmp_path)
    assert layout.names == Names("**", "truth", "", "_seg")
    assert sorted(Path(item["image"]).stem + "_seg" for item in layout.items()) == [f"{n}_seg" for n in range(1, 7)]
    assert all(Path(item["label"]).stem == f"{Path(item['image']).stem}_seg" for item in layout.items())


def test_labels_of_several_kinds_in_another_tree_are_named_and_may_be_chosen(tmp_path: Path) -> None:
    for kind in ("expert/resampled", "network/a"):
        pairs(tmp_path, "images/p{0}/p{0}_x_t2w.png", f"lesions/{kind}/p{{0}}_x.png")
    with pytest.raises(
        ValueError, match=r"lesions/expert/resampled/, lesions/network/a/: are labels of the same images"
    ) as told:
        find_layout(tmp_path)
    layout = find_layout(tmp_path, settings(str(told.value)))
    assert layout.names in (Names("images/**", f"lesions/{kind}", "_t2w") for kind in ("expert/resampled", "network/a"))
    assert len(layout.items()) == 6


def settings(line: str) -> dict[str, str]:
    """The settings that a line tells, as `find_layout` takes them."""
    return {name: shlex.split(value)[0] for name, value in re.findall(r"--slices#(\w+) ('[^']*'|[\w./]+)", line)}
