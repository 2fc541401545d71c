import os
import shutil
import time
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK
import tifffile
from PIL import Image

from custom.data import check_dataset, folder_images, kaggle_lgg, quick_check
from custom.data.pairs import A_PAGE_EACH
from custom.data.report import alike
from custom.data.shapes import ON_GRID, UPRIGHT
from custom.files.errors import CUT_OFF_PIXELS
from custom.settings.table import SETTINGS

IMAGE = "a/a_1.tif"
MASK = "a/a_1_mask.tif"


def make_image(path: Path, seed: int, size: tuple[int, ...] = (8, 6, 3)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, size, np.uint8)).save(path)


def make_mask(path: Path, values: list[float], dtype: Any = np.uint8, size: tuple[int, int] = (8, 6)) -> None:
    Image.fromarray(np.resize(np.array(values, dtype), size)).save(path)


def make_palette(path: Path) -> None:
    picture = Image.new("P", (6, 8))
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.save(path)


def make_volume(path: Path, voxels: np.ndarray[Any, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4)), path)  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound set in Kaggle's layout: patients a and b, slices 1 and 2, the second of each without tumour."""
    root = tmp_path / "set"
    for seed, stem in enumerate(["a/a_1", "a/a_2", "b/b_1", "b/b_2"]):
        make_image(root / f"{stem}.tif", seed)
        make_mask(root / f"{stem}_mask.tif", [0, 255] if stem.endswith("1") else [0])
    return root


def items_of(folder: Path) -> list[dict[str, str]]:
    images = sorted(path for path in folder.glob("*/*.tif") if not path.stem.endswith("_mask"))
    return [{"image": str(path), "label": str(path.with_name(f"{path.stem}_mask.tif"))} for path in images]


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


# What is wrong with the folder, by what it takes to find it: headers, and then pixels. Each gives exactly one line.
HEADER_FAULTS = {
    "a missing mask": (lambda root: (root / MASK).unlink(), f"{IMAGE}: missing mask a_1_mask.tif"),
    "an empty image": (lambda root: (root / IMAGE).write_bytes(b""), f"{IMAGE}: empty file (0 bytes); copy it again"),
    "an empty mask file": (lambda root: (root / MASK).write_bytes(b""), f"{MASK}: empty file (0 bytes); copy it again"),
    "a truncated image": (lambda root: cut_in_half(root / IMAGE), f"{IMAGE}: {CUT_OFF_PIXELS}"),
    "no image at all": (
        lambda root: (root / IMAGE).write_bytes(b"not an image"),
        f"{IMAGE}: unreadable: not an image, or truncated in its header; copy it again",
    ),
    "another shape": (
        lambda root: make_mask(root / MASK, [0, 255], size=(6, 8)),
        f"{MASK}: its shape differs from its image's: 6×8 against 8×6; {UPRIGHT}",
    ),
    "a grey image": (
        lambda root: make_image(root / IMAGE, 9, (8, 6)),
        f"{IMAGE}: wrong channel count 1, expected 3; if all images have 1, set --input_channels to it",
    ),
    "a palette": (
        lambda root: make_palette(root / IMAGE),
        f"{IMAGE}: holds colours of a palette, not intensities; save it as grey or RGB",
    ),
    "a mask of two channels": (
        lambda root: tifffile.imwrite(
            root / MASK, np.zeros((8, 6, 2), np.uint8), photometric="minisblack", planarconfig="contig"
        ),
        f"{MASK}: wrong channel count 2, a mask has 1: save it as grey",
    ),
}
PIXEL_FAULTS = {
    "a colour mask": (lambda root: make_image(root / MASK, 9), f"{MASK}: its 3 channels differ, a mask has 1: save it as grey"),
    "an orphan mask": (lambda root: (root / IMAGE).unlink(), f"{MASK}: orphan mask: its image is missing"),
    "a grey value in a mask": (
        lambda root: make_mask(root / MASK, [0, 7, 255]),
        f"{MASK}: wrong mask values 0, 7, 255; expected 0 and 1, or 0 and 255",
    ),
    "both codes in a mask": (
        lambda root: make_mask(root / MASK, [0, 1, 255]),
        f"{MASK}: wrong mask values 0, 1, 255; expected 0 and 1, or 0 and 255",
    ),
    "NaN in a mask": (
        lambda root: make_mask(root / MASK, [0, np.nan], np.float32),
        f"{MASK}: wrong mask values 0.0, nan; expected 0 and 1, or 0 and 255",
    ),
}


@pytest.mark.parametrize("fault", [*HEADER_FAULTS, *PIXEL_FAULTS])
def test_check_gives_one_line_for(fault: str, folder: Path) -> None:
    spoil, line = (HEADER_FAULTS | PIXEL_FAULTS)[fault]
    spoil(folder)
    assert check_dataset(folder).problems == [line]


def test_what_training_takes_is_noted_and_no_problem(folder: Path) -> None:
    (folder / "b/b_1.tif").write_bytes((folder / IMAGE).read_bytes())
    report = check_dataset(folder)
    assert (report.problems, report.notes) == ([], ["b/b_1.tif: duplicate of a/a_1.tif: the same pixels"])
    assert str(report).endswith("notes         1\nproblems      0\nb/b_1.tif: duplicate of a/a_1.tif: the same pixels")


def test_a_set_of_one_patient_is_said_to_be_too_few_as_the_split_of_a_training_says(folder: Path) -> None:
    assert "patients      2\n" in str(check_dataset(folder))
    shutil.rmtree(folder / "b")
    assert "patients      1, too few for the split of a training, which needs 2" in str(check_dataset(folder))
    for below in ("images", "labels"):
        make_image(folder.parent / f"own/{below}/p1/1.png", 1, (8, 6))
        make_image(folder.parent / f"own/{below}/p1/2.png", 2, (8, 6))
    assert check_dataset(folder.parent / "own", in_channels=1).patients == {"p1"}


def test_a_name_that_would_move_the_cursor_is_written_out(folder: Path) -> None:
    make_image(folder / "b/b_\x1b[2J.tif", 9)
    assert [line for line in check_dataset(folder).problems if "\\x1b[2J.tif" in line and "\x1b" not in line]


@pytest.mark.parametrize("fault", HEADER_FAULTS)
def test_quick_check_names_the_file_with(fault: str, folder: Path) -> None:
    spoil, line = HEADER_FAULTS[fault]
    spoil(folder)
    with pytest.raises(ValueError) as error:
        quick_check(items_of(folder), in_channels=3)
    assert str(error.value).splitlines() == [f"{folder}/{line}"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_a_mask_saved_as_grey_in_colour_is_one_channel(mode: str, folder: Path) -> None:
    for path in folder.glob("*/*_mask.tif"):
        with Image.open(path) as mask:
            mask.convert(mode).save(path)
    assert check_dataset(folder).problems == []
    assert dict(check_dataset(folder).label_values) == {0: 4, 255: 2}
    quick_check(items_of(folder))


@pytest.mark.parametrize("name", [IMAGE, MASK, "b"])
def test_links_out_of_the_folder_are_followed(name: str, folder: Path) -> None:
    outside = folder.parent / "elsewhere"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    report = check_dataset(folder)
    assert (report.num_images, report.problems) == (4, [])
    quick_check(items_of(folder))


def test_a_link_to_the_folder_that_holds_it_ends(folder: Path) -> None:
    (folder / "a" / "round").symlink_to(folder)
    assert check_dataset(folder).num_images == 4


def test_a_symlink_to_the_whole_set_or_within_it_is_sound(folder: Path) -> None:
    (folder / MASK).rename(folder / "a/tumour.bin")
    (folder / MASK).symlink_to("tumour.bin")
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert check_dataset(link).problems == []
    quick_check(items_of(link))


def test_a_broken_symlink_is_a_problem(folder: Path) -> None:
    (folder / MASK).unlink()
    (folder / MASK).symlink_to("nothing.tif")
    assert check_dataset(folder).problems == [
        f"{MASK}: is a link to nothing.tif, which is not here; fetch it, as with `git annex get` or `dvc pull`"
    ]


def test_faults_are_reported_one_by_one(folder: Path) -> None:
    (folder / IMAGE).unlink()
    (folder / "a/a_2_mask.tif").unlink()
    (folder / "b/b_1.tif").write_bytes(b"")
    make_mask(folder / "b/b_2_mask.tif", [3])
    starts = [line.split(": ")[0] for line in check_dataset(folder).problems]
    assert starts == ["a/a_2.tif", "b/b_1.tif", "b/b_2_mask.tif", MASK]


def test_quick_check_shows_five_problems_and_counts_the_rest(folder: Path) -> None:
    for path in folder.glob("*/*.tif"):
        path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"(?s)(empty file.*){5}and 3 more problems"):
        quick_check(items_of(folder))


def test_quick_check_wants_items() -> None:
    with pytest.raises(ValueError, match="datalist is empty"):
        quick_check([])


@pytest.mark.parametrize("name", ["in_channels", "num_classes"])
def test_check_names_an_argument_below_one(name: str, folder: Path) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
        check_dataset(folder, **{name: 0})


def test_check_names_a_folder_that_is_missing_or_holds_no_images(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no folder .*nowhere"):
        check_dataset(tmp_path / "nowhere")
    with pytest.raises(
        ValueError, match="^no folder ''; name one with images and labels$"
    ):  # as of an empty variable of a shell, and not this folder
        check_dataset("")
    (tmp_path / "data.csv").touch()
    with pytest.raises(ValueError, match="holds no images"):
        check_dataset(tmp_path)


def test_a_sound_set_is_described(folder: Path) -> None:
    make_image(folder / "b/b_3.tif", 7, (4, 5, 3))
    make_mask(folder / "b/b_3_mask.tif", [0], size=(4, 5))
    assert str(check_dataset(folder)).splitlines() == [
        f"folder        {folder}",
        "images        5",
        "patients      2",
        "sizes         8×6 (4), 4×5 (1)",
        "channels      3 (5)",
        "label values  0, 255",
        "empty masks   3",
        "problems      0",
    ]
    quick_check(kaggle_lgg(folder), in_channels=3)


def test_files_with_the_same_problem_are_one_line(folder: Path) -> None:
    images = sorted(path.relative_to(folder) for path in folder.glob("*/*.tif") if "mask" not in path.name)
    report = check_dataset(folder, in_channels=1)
    wrong = "wrong channel count 3, expected 1; if all images have 3, set --input_channels to it"
    assert str(report).splitlines()[-2:] == [
        f"{images[0]}, {images[1]}, {images[2]} and 1 more: {wrong}",
        "use --all_files to name them all",
    ]
    assert report.text(all_files=True).splitlines()[-4:] == [f"{image}: {wrong}" for image in images]


def test_up_to_three_files_with_the_same_problem_are_named() -> None:
    lines = ["a: empty", "b: empty", "all masks mark nothing", "c: empty"]
    assert alike(lines) == lines


def test_files_beside_the_slices_are_ignored(folder: Path) -> None:
    for name in ("data.csv", "README.md", "a/._a_1.tif", "a/Thumbs.db"):
        (folder / name).write_text("x")
    assert check_dataset(folder).problems == []


@pytest.mark.parametrize("copies", [("kaggle_3m", "lgg-mri-segmentation/kaggle_3m"), ("kaggle_3m", "kaggle_3m/kaggle_3m")])
def test_an_archive_that_holds_the_set_twice_is_checked_once(tmp_path: Path, copies: tuple[str, str]) -> None:
    for copy in copies:
        make_image(tmp_path / copy / IMAGE, 0)
        make_mask(tmp_path / copy / MASK, [0])
    report = check_dataset(tmp_path)
    assert (report.num_images, report.problems) == (1, [])


def test_masks_of_several_classes_hold_whole_numbers_below_their_number(folder: Path) -> None:
    for path in folder.glob("*/*_mask.tif"):
        make_mask(path, [0, 1, 2])
    assert check_dataset(folder, num_classes=3).problems == []
    lines = check_dataset(folder, num_classes=2).problems
    assert lines[0] == f"{MASK}: wrong mask values 0, 1, 2; expected whole numbers below num_classes (2)"
    assert len(lines) == 4


def test_blank_images_may_repeat(folder: Path) -> None:
    for name in (IMAGE, "b/b_1.tif"):
        Image.new("RGB", (6, 8)).save(folder / name)
    assert check_dataset(folder).problems == []


def test_a_tiff_with_nan_is_a_problem(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0.5, np.nan], [1, 2]], np.float32)).save(tmp_path / "x.tif")
    make_mask(tmp_path / "x_mask.tif", [0, 1], size=(2, 2))
    assert check_dataset(tmp_path, in_channels=1).problems == [
        "x.tif: holds NaN or infinite values; write it again without them"
    ]


@pytest.mark.parametrize("suffix", [".tif", ".tiff", ".png", ".PNG", ".nii", ".nii.gz"])
def test_pairs_of_each_format_are_found_in_nested_folders(suffix: str, tmp_path: Path) -> None:
    image, label = tmp_path / f"site/one{suffix}", tmp_path / f"site/one_mask{suffix}"
    if ".nii" in suffix:
        make_volume(image, np.random.default_rng(0).random((4, 5, 6)).astype(np.float32))
        make_volume(label, np.eye(4, 5, dtype=np.uint8)[..., None].repeat(6, axis=2))
    else:
        make_image(image, 0, (4, 5))
        make_mask(label, [0, 1], size=(4, 5))
    report = check_dataset(tmp_path, in_channels=1)
    assert (report.num_images, report.patients, report.problems) == (1, {"site"}, [])
    assert dict(report.sizes) == {(4, 5, 6) if ".nii" in suffix else (4, 5): 1}
    cut_in_half(image)
    [line] = check_dataset(tmp_path, in_channels=1).problems
    assert line.startswith(f"site/one{suffix}: ") and len(line.splitlines()) == 1


def test_the_last_axis_of_a_4d_volume_is_channels(tmp_path: Path) -> None:
    make_volume(tmp_path / "x.nii.gz", np.random.default_rng(0).random((4, 5, 6, 3)).astype(np.float32))
    make_volume(tmp_path / "x_mask.nii.gz", np.zeros((4, 5, 7), np.uint8))
    report = check_dataset(tmp_path)
    assert report.problems == [f"x_mask.nii.gz: its shape differs from its image's: 4×5×7 against 4×5×6; {ON_GRID}"]
    assert dict(report.channels) == {3: 1}


def test_the_check_says_how_to_save_segments_of_3d_slicer_that_are_cropped_or_overlap(tmp_path: Path) -> None:
    whole, part = np.zeros((4, 5, 6), np.uint8), np.zeros((2, 3, 2), np.uint8)
    for name in ("cropped", "layers"):
        SimpleITK.WriteImage(
            SimpleITK.GetImageFromArray(np.random.default_rng(len(name)).random((4, 5, 6))), tmp_path / f"{name}.nrrd"
        )
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(part), tmp_path / "cropped.seg.nrrd")
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(np.stack([whole] * 2, -1), isVector=True), tmp_path / "layers.seg.nrrd")
    assert check_dataset(tmp_path, in_channels=1).problems == [
        "cropped.seg.nrrd: its shape differs from its image's: 2×3×2 against 6×5×4; in 3D Slicer, save it without `Crop to "
        "minimum extent`, or export it with its image as the reference volume",
        "layers.seg.nrrd: wrong channel count 2, a mask has 1: save one label map, of segments that do not overlap",
    ]


def test_a_broken_compressed_stream_is_found_by_decoding_only(tmp_path: Path) -> None:
    make_image(tmp_path / "x.png", 0, (40, 50))
    make_mask(tmp_path / "x_mask.png", [0], size=(40, 50))
    content = bytearray((tmp_path / "x.png").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "x.png").write_bytes(content)
    quick_check([{"image": tmp_path / "x.png", "label": tmp_path / "x_mask.png"}], in_channels=1)
    [line] = check_dataset(tmp_path, in_channels=1).problems
    assert line.startswith("x.png: unreadable: ")


@pytest.mark.parametrize(
    ("voxels", "message"),
    [
        (np.zeros((2, 3, 4, 2, 3), np.uint8), "has 5 axes; a volume has (X, Y, Z) or (X, Y, Z, C)"),
        (np.ones((2, 3, 4), np.complex64), "holds values of type complex64; save it as whole numbers or floats"),
    ],
)
def test_volumes_that_are_not_grids_of_numbers_are_problems(voxels: Any, message: str, tmp_path: Path) -> None:
    make_volume(tmp_path / "x.nii.gz", voxels)
    make_volume(tmp_path / "x_mask.nii.gz", np.zeros((2, 3, 4), np.uint8))
    [line] = check_dataset(tmp_path, in_channels=1).problems
    assert line.startswith(f"x.nii.gz: {message}")


@pytest.mark.parametrize("suffix", [".tif", ".png", ".nii"])
def test_quick_check_sees_a_cut_at_any_byte(suffix: str, tmp_path: Path) -> None:
    image, label = tmp_path / f"x{suffix}", tmp_path / f"x_mask{suffix}"
    for path in (image, label):
        make_volume(path, np.ones((4, 5, 6), np.uint8)) if suffix == ".nii" else make_image(path, 0, (4, 5))
    whole = image.read_bytes()
    quick_check([{"image": image, "label": label}])
    for size in range(0, len(whole), 7):
        image.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=f"x{suffix}: "):
            quick_check([{"image": image, "label": label}])


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "jpeg", "raw"])
def test_compressed_and_multi_strip_tiffs_are_sound_until_cut(compression: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 200, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.tif", compression=compression)
    make_mask(tmp_path / "x_mask.tif", [0], size=(300, 200))
    items = [{"image": tmp_path / "x.tif", "label": tmp_path / "x_mask.tif"}]
    quick_check(items)
    assert check_dataset(tmp_path).problems == []
    cut_in_half(tmp_path / "x.tif")
    with pytest.raises(ValueError, match=r"x\.tif: (truncated|unreadable)"):
        quick_check(items)


def test_quick_check_of_three_thousand_files_takes_two_seconds_at_most(folder: Path) -> None:
    items = items_of(folder) * 375
    begin = time.process_time()
    quick_check(items, in_channels=3)
    assert time.process_time() - begin < 2


def test_the_report_of_the_real_slices_has_no_problems() -> None:
    root = os.environ.get("UNET_BUNDLE_LGG", "")
    if not root:
        pytest.skip("UNET_BUNDLE_LGG does not name a folder of the LGG set")
    assert check_dataset(root).problems == []


def test_two_folders_are_paired_by_name(tmp_path: Path) -> None:
    for name in ("images/1.png", "images/2.png", "instances/1.png", "instances/3.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(tmp_path / name)
    report = check_dataset(tmp_path, in_channels=1, instances=True)
    assert report.num_images == 2 and len(report.label_values) == 12
    assert report.problems == [
        "images/2.png: missing mask 2.png",
        "instances/3.png: orphan mask: its image is missing",
    ]
    assert report.notes == ["images/2.png: duplicate of images/1.png: the same pixels"]
    assert "expected 0 and 1, or 0 and 255" in check_dataset(tmp_path, in_channels=1).problems[0]


def test_suffixes_are_those_of_a_training(tmp_path: Path) -> None:
    for name in (
        "raw/1_0000.png",
        "seg/1_seg.png",
        "raw/2_0000.png",
        "raw/1_0001.png",
        "seg/3_seg.png",
        "4_im.png",
        "4_seg.png",
        "5_im.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(np.eye(8, dtype=np.uint8) * 255).save(tmp_path / name)
    folders = {"image_folder": "raw", "label_folder": "seg", "image_suffix": "_0000", "label_suffix": "_seg"}
    report = check_dataset(tmp_path, in_channels=1, **folders)
    assert report.num_images == 2
    assert report.problems == [
        "raw/2_0000.png: missing mask 2.png",
        "seg/3_seg.png: orphan mask: its image is missing",
    ]
    assert report.notes == ["raw/2_0000.png: duplicate of raw/1_0000.png: the same pixels"]
    for path in (tmp_path / "raw", tmp_path / "seg"):
        shutil.rmtree(path)
    beside = check_dataset(tmp_path, in_channels=1, image_suffix="_im", label_suffix="_seg")
    assert beside.num_images == 2 and beside.problems[0] == "5_im.png: missing mask 5_seg.png"
    with pytest.raises(ValueError, match="no folder 'raw'"):
        check_dataset(tmp_path, image_folder="raw", label_folder="seg")


def make_pictures(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.eye(8, k=number % 8, dtype=np.uint8) * 255).save(folder / name)


@pytest.mark.parametrize(
    ("names", "arguments", "message"),
    [
        (["a.png", "a.jpg", "a_mask.png"], {}, "has the same name as"),
        (["images/a.png", "masks/a.png", "masks/a_mask.png"], {}, "has the same name as"),
        (["a.png", "a_mask.png"], {"image_suffix": "_x", "label_suffix": "_y"}, "holds no images"),
        (["a.png", "a_mask.png"], {"image_folder": "../raw", "label_folder": "../seg"}, "must be names in dataset_dir"),
        (["a.png", "a_mask.png"], {"image_folder": "raw"}, "must be given together"),
    ],
)
def test_what_a_training_could_not_pair_is_refused_alike(
    tmp_path: Path, names: list[str], arguments: dict[str, str], message: str
) -> None:
    make_pictures(tmp_path, *names)
    with pytest.raises(ValueError, match=message):
        check_dataset(tmp_path, in_channels=1, **arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message):
        folder_images(tmp_path, **arguments)


def test_what_is_no_image_for_a_training_is_none_here(tmp_path: Path) -> None:
    make_pictures(tmp_path, "a.png", "a_mask.png", "a_overlay.png", "a_instances.png", ".h/b.png")
    report = check_dataset(tmp_path, in_channels=1)
    assert report.num_images == len(folder_images(tmp_path)) == 1 and report.problems == []


def test_one_folder_given_for_both_is_side_by_side(tmp_path: Path) -> None:
    make_pictures(tmp_path, "d/a.png", "d/a_mask.png", "train-volume.tif", "train-labels.tif")
    same = {"image_folder": "d", "label_folder": "d"}
    report = check_dataset(tmp_path, in_channels=1, **same)  # type: ignore[arg-type]
    assert report.num_images == len(folder_images(tmp_path, **same)) == 1 and report.problems == []


def test_volumes_go_with_volumes_alone(tmp_path: Path) -> None:
    make_volume(tmp_path / "a.nii.gz", np.eye(8, dtype=np.uint8))
    make_pictures(tmp_path, "a_mask.png")
    assert "is a volume or its image is, not both" in check_dataset(tmp_path, in_channels=1).problems[0]


@pytest.mark.parametrize(("image", "label"), [("images/1.jpg", "labels/1.png"), ("1.jpg", "1_mask.png")])
def test_a_label_may_differ_from_its_image_in_format(tmp_path: Path, image: str, label: str) -> None:
    for name in (image, label):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(np.eye(8, dtype=np.uint8) * 255).save(tmp_path / name)
    report = check_dataset(tmp_path, in_channels=1)
    assert report.num_images == 1 and report.problems == []


def test_the_pages_of_the_challenges_stacks_are_images(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pages = {"train-volume.tif": [rng.integers(0, 256, (8, 6), np.uint8) for _ in range(3)]}
    pages["train-labels.tif"] = [np.full((8, 6), 255, np.uint8), np.full((8, 6), 7, np.uint8)]
    pages["test-volume.tif"] = pages["train-volume.tif"]
    for name, (first, *others) in pages.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(first).save(path, save_all=True, append_images=list(map(Image.fromarray, others)))
    report = check_dataset(tmp_path / "set", in_channels=1)
    assert report.num_images == 3 and report.sizes == {(8, 6): 3}
    assert report.problems == [
        "train-labels.tif[1]: wrong mask values 7; expected 0 and 1, or 0 and 255",
        f"train-labels.tif[2]: holds 2 pages, numbered from 0; there is no page 2; {A_PAGE_EACH}",
    ]


LABELLED = {"field_folder": "fields"}


@pytest.fixture
def with_fields(tmp_path: Path) -> Path:
    """Two images with labels and masks of the field of view."""
    for name in ("a", "b"):
        make_image(tmp_path / f"images/{name}.png", ord(name), (8, 6))
        for folder in ("labels", "fields"):
            (tmp_path / folder).mkdir(exist_ok=True)
            make_mask(tmp_path / f"{folder}/{name}.png", [0, 1])
    return tmp_path


FIELD_FAULTS = {
    "missing": (lambda field: field.unlink(), "images/a.png: no mask of the field of view of that name"),
    "broken": (lambda field: field.write_bytes(b""), "fields/a.png: empty file (0 bytes); copy it again"),
    "of another size": (
        lambda field: make_mask(field, [1], size=(6, 8)),
        f"fields/a.png: its shape differs from its image's: 6×8 against 8×6; {UPRIGHT}",
    ),
}


@pytest.mark.parametrize("fault", FIELD_FAULTS)
def test_a_field_of_view_is_checked_as_training_takes_it(fault: str, with_fields: Path) -> None:
    spoil, line = FIELD_FAULTS[fault]
    assert check_dataset(with_fields, in_channels=1, **LABELLED).problems == []
    folder_images(with_fields, in_channels=1, **LABELLED)
    spoil(with_fields / "fields/a.png")
    assert check_dataset(with_fields, in_channels=1, **LABELLED).problems == [line]
    with pytest.raises(ValueError, match=line.split(": ")[1].split(" (")[0]):
        folder_images(with_fields, in_channels=1, **LABELLED)


@pytest.mark.parametrize("pages", [1, 2])
def test_a_field_of_view_goes_with_the_pages_of_a_stack(pages: int, tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 2, (3, 2, 8, 6), np.uint8)
    for folder, stack in zip(("images", "labels", "fields"), values, strict=True):
        (tmp_path / folder).mkdir()
        tifffile.imwrite(tmp_path / folder / "s.tif", stack[:pages] if folder == "fields" else stack, photometric="minisblack")
    fields = [Path(item["field"]).name for item in folder_images(tmp_path, in_channels=1, **LABELLED)]
    assert fields == (["s.tif", "s.tif"] if pages == 1 else ["s.tif[0]", "s.tif[1]"])
    assert check_dataset(tmp_path, in_channels=1, **LABELLED).problems == []


@pytest.mark.parametrize(("value", "sound"), [(-1, True), (-2, False), (2**24 - 1, True), (2**24, False), (np.inf, False)])
def test_numbers_of_instances_are_those_that_training_takes(value: float, sound: bool, tmp_path: Path) -> None:
    make_image(tmp_path / "x.png", 0, (8, 6))
    tifffile.imwrite(tmp_path / "x_mask.tif", np.resize(np.array([0, value], np.float64), (8, 6)))
    problems = check_dataset(tmp_path, in_channels=1, instances=True).problems
    assert problems == [] if sound else "expected whole numbers from 0 to 16777215, or -1 where unlabelled" in problems[0]


def test_an_image_of_values_too_large_for_training_is_a_problem(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", np.array([[0, 1e16], [1, 2]]))
    make_mask(tmp_path / "x_mask.tif", [0, 1], size=(2, 2))
    assert check_dataset(tmp_path, in_channels=1).problems == ["x.tif: holds values above 1e15; write it again without them"]


@pytest.mark.parametrize("value", [-2, 65536])
def test_an_ignore_label_that_training_refuses_is_refused(value: int, folder: Path) -> None:
    assert not SETTINGS["ignore_label"].rule.holds(value)
    with pytest.raises(ValueError, match=f"ignore_label must be a whole number from -1 to 65535, or none, got {value}"):
        check_dataset(folder, ignore_label=value)


def test_a_stack_of_labels_with_more_pages_than_its_images_is_refused(tmp_path: Path) -> None:
    for folder, pages in (("images", 2), ("labels", 3)):
        (tmp_path / folder).mkdir()
        values = np.random.default_rng(0).integers(0, 2, (pages, 8, 6), np.uint8)
        tifffile.imwrite(tmp_path / folder / "s.tif", values, photometric="minisblack")
    line = "labels/s.tif[0]: holds 3 pages, its image 2: a page of a label belongs to one of its image"
    assert check_dataset(tmp_path, in_channels=1).problems[0] == line
    with pytest.raises(ValueError, match="holds 3 pages, its image 2"):
        folder_images(tmp_path, in_channels=1)


def test_the_check_says_how_to_join_the_pages_of_a_label_with_one_for_each_class(tmp_path: Path) -> None:
    make_image(tmp_path / "x.png", 0, (8, 6))
    tifffile.imwrite(tmp_path / "x_mask.tif", np.zeros((3, 6, 8), np.uint8), photometric="minisblack")
    line = "x_mask.tif: holds 3 pages, its image has one; if each page is a class, join them into one page of 0, 1, 2 …"
    assert check_dataset(tmp_path, in_channels=1).problems == [line]


@pytest.mark.parametrize(
    ("shape", "line"),
    [
        (
            (4, 5),
            "its shape differs from its image's: 4×5 against 4×5×1; save both with as many axes: a slice is (X, Y) or (X,",
        ),
        ((4, 5, 1, 3), "its 3 channels differ, a mask has 1: save one label map, of segments that do not overlap"),
    ],
)
def test_the_check_says_how_to_save_a_label_of_a_volume_in_other_axes(
    shape: tuple[int, ...], line: str, tmp_path: Path
) -> None:
    for name, size in (("x", (4, 5, 1)), ("x_mask", shape)):
        values = np.arange(np.prod(size), dtype=np.uint8).reshape(size) % 2
        nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / f"{name}.nii")
    (problem,) = check_dataset(tmp_path, in_channels=1).problems
    assert problem.startswith(f"x_mask.nii: {line}")


@pytest.mark.parametrize(("marked", "ignored", "told"), [(9, 0, False), (19, 0, True), (10, 9, True)])
def test_masks_that_mark_nearly_all_are_doubted(marked: int, ignored: int, told: bool, tmp_path: Path) -> None:
    mask = np.zeros((4, 5), np.uint8)
    mask.flat[:marked], mask.flat[20 - ignored :] = 1, 255 if ignored else mask.flat[-1]
    for number in range(2):
        for folder, values in (("images", np.full((4, 5), number)), ("labels", mask)):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(np.asarray(values, np.uint8)).save(tmp_path / folder / f"{number}.png")
    report = check_dataset(tmp_path, in_channels=1, ignore_label=255 if ignored else None)
    share = marked / (20 - ignored)
    line = f"masks mark {share:.1%} of all pixels; if they were drawn black on white, invert them"
    assert (report.problems, report.notes) == ([], [line] if told else [])


def test_outlines_are_told(tmp_path: Path) -> None:
    for number in range(2):
        mask = np.zeros((40, 40), np.uint8)
        mask[5:35, 5:35] = 255
        mask[6:34, 6 : 34 - number] = 0
        for name, values in (("a", np.full((40, 40), number, np.uint8)), ("a_mask", mask)):
            Image.fromarray(values).save(tmp_path / f"{number}{name}.png")
    report = check_dataset(tmp_path, in_channels=1)
    assert report.problems == []
    assert report.notes == [
        "labels are thin closed lines in 2 of 2, such as 0a_mask.png; if they stand for the areas inside, fill them, as "
        "bundle/docs/by_hand.md shows"
    ]
