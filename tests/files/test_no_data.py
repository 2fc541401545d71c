"""Pixels that a TIFF declares to be without data: background of an image, and as they are in a label."""

import numpy as np
import pytest
import tifffile

from custom.data.check import check_dataset
from custom.files import read_image, read_label, read_pixels
from custom.large.sources import open_source
from custom.loading import FileReader

SEEN = np.array([[5, 7, 6], [9, 8, 5]])


def written(path, values, told, **options):
    tags = [(42113, "s", 0, told, True)]
    tifffile.imwrite(path, values, photometric="minisblack", metadata=None, extratags=tags, **options)
    return path


@pytest.mark.parametrize(
    ("kind", "number", "told"),
    [
        ("int16", -9999, "-9999"),
        ("int16", -9999, "-9999.0 "),
        ("uint8", 0, "0"),
        ("uint16", 65535, "65535"),
        ("int64", -(2**63), "-9223372036854775808"),
        ("uint64", 2**64 - 1, "18446744073709551615"),
        ("float32", -9999, "-9999"),
        ("float32", np.finfo(np.float32).min, "-3.40282346638529e+38"),
        ("float32", 0.1, "0,1"),
        ("float64", -1e300, "-1e+300"),
        ("float16", np.nan, "nan"),
        ("float32", np.nan, "-nan"),
        ("float32", -np.inf, "-inf"),
    ],
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_what_is_no_data_becomes_the_least_other_value(tmp_path, kind, number, told, order):
    values = SEEN.astype(kind)
    values[0, 0] = values[1, 2] = number
    path = written(tmp_path / "a.tif", values, told, byteorder=order)
    found = read_pixels(path)
    assert found.dtype == kind
    assert found.tolist() == [[6, 7, 6], [9, 8, 6]]


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_each_channel_has_its_own_least_value(tmp_path, planar):
    values = np.full((3, 24, 40), -9999, np.float32)
    values[0, 2:], values[1, :, 3:] = 20, 30
    values[0, 5, 5] = 10
    stored = values if planar == "separate" else np.moveaxis(values, 0, -1)
    found = read_pixels(written(tmp_path / "a.tif", stored, "-9999", planarconfig=planar))
    expected = np.stack([np.where(values[0] == 20, 20, 10), np.full((24, 40), 30), np.zeros((24, 40))], axis=-1)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("kind", "told"),
    [("uint8", "-9999"), ("uint8", "5.5"), ("int16", "nan"), ("float32", "none"), ("float32", "1e300"), ("uint8", "")],
)
def test_a_number_that_no_pixel_can_have_changes_nothing(tmp_path, kind, told):
    values = SEEN.astype(kind)
    assert np.array_equal(read_pixels(written(tmp_path / "a.tif", values, told)), values)


@pytest.mark.parametrize(("values", "told"), [(np.eye(4, dtype=np.uint8), "0"), (np.eye(4) > 0, "0")])
def test_in_a_label_it_stays(tmp_path, values, told):
    path = written(tmp_path / "a.tif", values, told)
    assert np.array_equal(read_label(path).values, values)
    assert np.array_equal(FileReader(1, intensities=False).get_data(str(path))[0].T, values)


def test_a_turned_image_is_filled_as_it_is_shown(tmp_path):
    values = np.where(SEEN == 5, -9999, SEEN).astype(np.int16)
    tags = [(42113, "s", 0, "-9999", True), (274, "H", 1, 3, True)]
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", metadata=None, extratags=tags)
    assert read_pixels(tmp_path / "a.tif").tolist() == [[6, 8, 9], [6, 7, 6]]


def test_training_and_check_see_the_same(tmp_path):
    values = np.where(SEEN == 5, np.nan, SEEN).astype(np.float32)
    mask = np.array([[0, 1, 1], [0, 0, 0]], np.uint8)
    written(tmp_path / "a.tif", values, "nan")
    written(tmp_path / "a_mask.tif", mask, "0")
    assert FileReader(1).get_data(str(tmp_path / "a.tif"))[0].T.tolist() == [[6, 7, 6], [9, 8, 6]]
    report = check_dataset(tmp_path, in_channels=1)
    assert not report.problems
    assert report.label_values == {0: 1, 1: 1}


def test_a_file_that_declares_nothing_is_read_as_it_is(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", SEEN.astype(np.int16) - 9999)
    assert np.array_equal(read_image(tmp_path / "a.tif").values, SEEN - 9999)


def test_segment_tells_that_it_takes_it_for_an_intensity(tmp_path):
    path = written(tmp_path / "a.tif", SEEN.astype(np.int16), "-9999")
    (note,) = open_source(str(path)).notes
    assert note.startswith("-9999, which it declares to stand for no data, is taken for an intensity; python -m custom predict")
