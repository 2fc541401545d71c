"""Which files are images to predict, in what order, and under what names."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from custom.data import list_images
from custom.data.images import result_names
from custom.files import read_pixels, split_suffix


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def names_in(path: Path) -> list[str]:
    return [item["name"] for item in list_images(path)]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"dataset_dir: no file or folder .*nowhere"):
        list_images(tmp_path / "nowhere")


def test_a_folder_without_images_is_refused(tmp_path):
    touch(tmp_path, "a_mask.tif", "data.csv", "README.md", ".hidden.png", "__MACOSX/a.png")
    with pytest.raises(ValueError, match="holds no images"):
        list_images(tmp_path)


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("a/b.czi", "save .czi as OME-TIFF, as Fiji and bfconvert of Bio-Formats do"),
        ("b.SVS", "python -m custom segment takes .svs"),
        ("a.heic", "save .heic as PNG"),
        ("a.nef", "save .nef as TIFF or PNG, with the program of the camera"),
        ("a.stk", "save .stk as OME-TIFF, as Fiji and bfconvert of Bio-Formats do"),
        ("series/0001.dcm.gz", "unpack .gz files first"),
        ("set.zip", "unpack .zip files first"),
        ("im0001.ppm", "save .ppm as PNG"),
        ("mri/T1.mgz", "save .mgz as NIfTI, in one file"),
        ("subject-1-T1.hdr", "save .hdr as NIfTI, in one file"),
        ("a/b.dcm", "save series of .dcm as NIfTI, as dcm2niix does"),
        ("a.npy", "save .npy as TIFF, as tifffile.imwrite does, or as NIfTI"),
        ("liver.AVI", "save the frames of .avi as PNG"),
        ("m31.fits", "save .fits as TIFF, as tifffile.imwrite does, or as NIfTI"),
        ("a.psd", "save .psd as PNG"),
        ("a.zarr/0/zarr.json", "python -m custom segment takes OME-Zarr"),
    ],
)
def test_the_error_about_images_in_other_formats_says_how_to_convert_them(name, mend, tmp_path):
    touch(tmp_path, name)
    for place in (tmp_path, tmp_path / name):
        with pytest.raises(ValueError, match=rf"(holds no images|is not in a format that is read) \(.*\); {mend}$"):
            list_images(place)


def test_a_name_that_leaves_no_room_for_those_of_results_is_refused_before_anything_is_written(tmp_path):
    touch(tmp_path, "a" * 236 + ".png", "ä" * 118 + ".png")
    assert len(list_images(tmp_path)) == 2
    touch(tmp_path, "ä" * 118 + "b.png")
    with pytest.raises(ValueError, match=r"b\.png: results add to its name, so give it at most 236 bytes"):
        list_images(tmp_path)


def test_a_url_is_given_as_it_was_written(tmp_path):
    with pytest.raises(ValueError, match="no file or folder 's3://bucket/set'; fetch what is at that URL into a folder"):
        list_images("s3://bucket/set")


def test_a_mask_by_itself_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no images"):
        list_images(touch(tmp_path, "a_mask.tif") / "a_mask.tif")


def test_images_of_every_format_are_found_in_nested_folders_and_numeric_order(tmp_path):
    touch(
        tmp_path,
        "p10/p10_1.tif",
        "p2/p2_10.tif",
        "p2/p2_9.TIFF",
        "p2/p2_9_mask.tif",
        "scan.nii.gz",
        "t1.nii",
        "x.jpeg",
        "x.txt",
    )
    assert names_in(tmp_path) == ["p2/p2_9", "p2/p2_10", "p10/p10_1", "scan", "t1", "x"]


def test_results_of_an_earlier_prediction_are_no_images(tmp_path):
    touch(tmp_path, "a.png", "out/a_mask.png", "out/a_overlay.png", "out/a_probability.tif", "out/a_probability.nii.gz")
    assert names_in(tmp_path) == ["a"]


@pytest.mark.parametrize("folder", ["", "0a1b"])
def test_labels_beside_the_images_they_are_of_are_no_images(tmp_path, folder):
    touch(tmp_path / folder, "images/a.png", "masks/x.png", "masks/y/z.png", "other/b.png")
    assert names_in(tmp_path) == [str(Path(folder, name)) for name in ("images/a", "other/b")]


def test_a_folder_of_labels_by_itself_is_taken_at_its_word(tmp_path):
    touch(tmp_path, "masks/x.png", "masks/images/y.png")
    assert names_in(tmp_path) == ["masks/images/y", "masks/x"]
    assert names_in(tmp_path / "masks") == ["images/y", "x"]


def test_a_line_tells_how_many_files_are_left_out(tmp_path, capsys):
    touch(tmp_path, "a.png", "a_fov.png", "a_overlay.png", "b.png", "b_drawn.png")
    (tmp_path / "config.json").write_text('{"slices": {"label_suffix": "_drawn"}}')
    assert [item["name"] for item in list_images(tmp_path, tmp_path / "model.pt")] == ["a", "b"]
    told = capsys.readouterr().err
    assert told.startswith("left out as labels, masks, results or other channels by their names: 3, such as a_fov.png;")
    assert told.count("\n") == 1
    list_images(tmp_path / "a_fov.png")
    assert capsys.readouterr().err == ""


def test_one_file_is_predicted_alone(tmp_path):
    touch(tmp_path, "a.png", "b.png")
    assert list_images(tmp_path / "a.png") == [{"image": str(tmp_path / "a.png"), "name": "a"}]


def test_a_folder_whose_name_is_a_number_is_taken(tmp_path, monkeypatch):
    touch(tmp_path, "2024/a.png")
    monkeypatch.chdir(tmp_path)
    assert names_in(2024) == ["a"]  # the command line turns the word into a number


def test_files_that_would_share_a_name_keep_their_suffix(tmp_path):
    touch(tmp_path, "a.png", "a.jpg", "b.png", "sub/a.png")
    assert names_in(tmp_path) == ["a.jpg", "a.png", "b", "sub/a"]


def test_the_pages_of_a_stack_are_images_in_their_order(tmp_path):
    pages = np.arange(12)[:, None, None] * np.ones((1, 3, 4))
    (tmp_path / "set").mkdir()
    for name, dtype in (("byte.tif", np.uint8), ("word.tiff", np.uint16), ("real.tif", np.float32)):
        tifffile.imwrite(tmp_path / "set" / name, pages.astype(dtype), photometric="minisblack")
    items = list_images(tmp_path / "set")
    assert [item["name"] for item in items] == [f"{name}/{page}" for name in ("byte", "real", "word") for page in range(12)]
    assert [read_pixels(item["image"]).max() for item in items] == list(range(12)) * 3


@pytest.mark.parametrize("suffix", [".ome.tif", ".OME.TIFF", ".ome.btf"])
def test_the_planes_of_an_ome_tiff_are_images_by_its_name_too(suffix, tmp_path):
    planes = np.arange(6, dtype=np.uint16).reshape(2, 3)[:, :, None, None] * np.ones((1, 1, 3, 4), np.uint16)
    with (tmp_path / f"a{suffix}").open("wb") as file:
        tifffile.imwrite(file, planes, photometric="minisblack", ome=True, metadata={"axes": "TZYX"})
    items = list_images(tmp_path)
    assert [item["name"] for item in items] == [f"a/{page}" for page in range(6)]
    assert [read_pixels(item["image"]).max() for item in items] == list(range(6))


def test_a_slide_with_smaller_copies_and_a_broken_stack_are_left_to_the_check(tmp_path):
    Image.new("L", (8, 6)).save(tmp_path / "slide.tif", save_all=True, append_images=[Image.new("L", (4, 3))])
    Image.new("L", (80, 60)).save(tmp_path / "broken.tif", save_all=True, append_images=[Image.new("L", (80, 60))] * 3)
    (tmp_path / "broken.tif").write_bytes((tmp_path / "broken.tif").read_bytes()[:9000])
    assert names_in(tmp_path) == ["broken", "slide"]


@pytest.mark.parametrize(
    ("name", "parts"), [("a.b.nii.gz", ("a.b", ".nii.gz")), ("A.TIF", ("A", ".TIF")), ("a.txt", ("a.txt", ""))]
)
def test_a_suffix_is_split_off_whole(name, parts):
    assert split_suffix(name) == parts


@settings(max_examples=50)
@given(st.sets(st.text("aA.", min_size=1, max_size=2).map(lambda stem: stem + "x"), min_size=1, max_size=4), st.data())
def test_no_two_images_share_a_name(stems, data):
    suffixes = [".png", ".tif", ".jpg", ".png.tif", ".nii.gz"]
    images = sorted(
        {Path(stem + data.draw(st.sampled_from(suffixes))) for stem in stems} | {Path("ax.png"), Path("ax.png.tif")}
    )
    unequal_names = {str(image).lower(): image for image in images}
    names = result_names(list(unequal_names.values()))
    assert len({name.lower() for name in names}) == len(names)


def test_names_do_not_depend_on_the_order():
    images = [Path("a.png"), Path("a.jpg"), Path("a.png.tif")]
    assert all(
        dict(zip(order, result_names(list(order)), strict=True)) == dict(zip(images, result_names(images), strict=True))
        for order in permutations(images)
    )


def test_a_stack_beside_a_folder_of_its_name_is_refused_before_one_overwrites_the_other(tmp_path):
    Image.new("L", (8, 6)).save(tmp_path / "a.tif", save_all=True, append_images=[Image.new("L", (8, 6))])
    touch(tmp_path, "a/0.png")
    with pytest.raises(ValueError, match=r"a\.tif\[0\] would both be named 'a/0'; rename one|would both be named 'a/0'"):
        list_images(tmp_path)


def test_links_are_followed(tmp_path):
    touch(tmp_path, "store/a.png", "set/b.png")
    (tmp_path / "set" / "linked").symlink_to(tmp_path / "store")
    assert names_in(tmp_path / "set") == ["b", "linked/a"]


def test_the_labels_of_a_data_set_are_no_images(tmp_path):
    touch(tmp_path, "mine/images/a.png", "mine/Labels/a.png", "bowl/x/images/x.png", "bowl/x/masks/0.png", "bowl/x/masks/1.png")
    assert names_in(tmp_path) == ["bowl/x/images/x", "mine/images/a"]
    assert names_in(tmp_path / "bowl") == ["x/images/x"]
    assert names_in(tmp_path / "mine/Labels") == ["a"]  # who names it means it
    assert names_in(touch(tmp_path / "other", "masks/a.png")) == ["masks/a"]
