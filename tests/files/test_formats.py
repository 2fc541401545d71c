"""The one way in which all parts read a file: by its row in the table, once, with errors of one line."""

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from custom.files import FORMATS, SUFFIXES, count_pages, format_of, is_volume, read_header, read_image, read_label, split_suffix
from custom.files.kinds import split_page
from custom.files.orientation import upright
from custom.files.reading import HEADERS_KEPT

ROOT = Path(__file__).parents[2]


def write_png(path, value=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 6), value).save(path)


def test_an_unknown_suffix_is_refused_with_all_that_are_known():
    with pytest.raises(ValueError, match=r"is of no known format; these are \.nii\.gz, \.nii, .*\.mhd"):
        format_of("a.txt")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.touch(), r"empty file \(0 bytes\); copy it again"),
        (
            lambda path: path.symlink_to("nothing.png"),
            r"is a link to nothing\.png, which is not here; fetch it, as with `git annex",
        ),
        (lambda path: os.mkfifo(path), "is no regular file"),
        (lambda path: path.mkdir(), "is of no known format|unreadable: |Is a directory"),
    ],
)
def test_what_is_no_file_is_one_line(spoil, message, tmp_path):
    spoil(tmp_path / "a.png")
    for read in (read_header, read_image, read_label):
        with pytest.raises(ValueError, match=message) as error:
            read(tmp_path / "a.png")
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_fault_is_one_line_in_every_format(suffix, tmp_path, capfd):
    for content in (b"\0", b"no image" * 200, bytes(range(256)) * 8):
        (tmp_path / f"a{suffix}").write_bytes(content)
        for read in (read_header, read_image):
            with pytest.raises(ValueError) as error:
                read(tmp_path / f"a{suffix}")
            assert "\n" not in str(error.value) and "Traceback" not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_suffixes_are_known_once_and_in_capitals_too():
    assert len(set(SUFFIXES)) == len(SUFFIXES)
    assert all(format_of(f"A{suffix.upper()}") is kind for kind in FORMATS for suffix in kind.suffixes)
    assert [suffix for suffix in SUFFIXES if is_volume(f"a{suffix}")] == [".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd"]
    assert split_suffix("a.b.nii.gz") == ("a.b", ".nii.gz")


def test_every_format_stands_in_the_document_of_formats():
    text = (ROOT / "bundle/docs/formats.md").read_text()
    assert [suffix for suffix in SUFFIXES if f"`{suffix}`" not in text] == []


def test_a_page_is_named_unless_a_file_bears_that_name(tmp_path):
    assert split_page("a.tif[3]") == (Path("a.tif"), 3)
    assert split_page("a.tif") == (Path("a.tif"), None)
    (tmp_path / "a[3]").touch()
    assert split_page(tmp_path / "a[3]") == (tmp_path / "a[3]", None)


def test_pages_are_counted_from_zero_and_must_be_named(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((3, 6, 8), np.uint8), photometric="minisblack")
    assert count_pages(tmp_path / "a.tif") == 3
    with pytest.raises(ValueError, match="holds 3 pages; save each as a file of its own"):
        read_header(tmp_path / "a.tif")
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match="holds 3 pages, numbered from 0; there is no page 3"):
            read(f"{tmp_path / 'a.tif'}[3]")


def test_a_header_is_read_anew_when_its_file_changes(tmp_path):
    write_png(tmp_path / "a.png")
    assert read_header(tmp_path / "a.png").size == (6, 8)
    Image.new("L", (9, 7)).save(tmp_path / "a.png")
    os.utime(tmp_path / "a.png", ns=(1, 1))
    assert read_header(tmp_path / "a.png").size == (7, 9)
    assert HEADERS_KEPT > 10_000


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations_are_those_of_the_standard(orientation):
    # Where row 0 and column 0 of what is stored lie for the viewer: EXIF 2.32, table 6.
    stored = np.array([[1, 2], [3, 4], [5, 6]])
    shown = {
        1: [[1, 2], [3, 4], [5, 6]], 2: [[2, 1], [4, 3], [6, 5]], 3: [[6, 5], [4, 3], [2, 1]], 4: [[5, 6], [3, 4], [1, 2]],
        5: [[1, 3, 5], [2, 4, 6]], 6: [[5, 3, 1], [6, 4, 2]], 7: [[6, 4, 2], [5, 3, 1]], 8: [[2, 4, 6], [1, 3, 5]],
    }  # fmt: skip
    assert upright(stored, orientation).tolist() == shown[orientation]


def test_a_folder_of_masks_is_instances_in_the_order_of_names(tmp_path):
    for number, name in enumerate(("a", "b", "c")):
        mask = np.zeros((4, 6), np.uint8)
        mask[number, 2 * number : 2 * number + 2] = 255
        Image.fromarray(mask).convert(("L", "RGBA", "1")[number]).save(tmp_path / f"{name}.png")
    (tmp_path / ".hidden.png").touch()
    (tmp_path / "notes.txt").touch()
    image = read_image(tmp_path)
    assert image.header.size == (4, 6)
    assert image.values.dtype == np.uint16
    assert image.values.tolist() == [[1, 1, 0, 0, 0, 0], [0, 0, 2, 2, 0, 0], [0, 0, 0, 0, 3, 3], [0] * 6]


def test_a_folder_of_unlike_or_no_masks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is a folder without PNG masks"):
        read_header(tmp_path)
    write_png(tmp_path / "a.png")
    Image.new("L", (9, 7)).save(tmp_path / "b.png")
    with pytest.raises(ValueError, match=r"b\.png in it has the shape \(7, 9\), the others \(6, 8\)"):
        read_image(tmp_path)


def test_a_label_of_classes_is_no_mask_of_one_object(tmp_path):
    Image.fromarray(np.array([[0, 1, 2]], np.uint8)).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png in it holds several values, .* put them into images/<patient>/ and masks/"):
        read_image(tmp_path)
