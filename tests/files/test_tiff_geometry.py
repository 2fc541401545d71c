"""Masks beside a TIFF, which keep its place and the size of its pixels."""

import numpy as np
import pytest
import tifffile

from custom.files import read_pixels
from custom.files.results import write_instances, write_mask, write_probabilities

GREY = np.random.default_rng(0).integers(0, 255, (24, 40)).astype(np.uint8)
GEO = [
    (33550, "d", 3, (0.5, 0.5, 0.0), True),
    (33922, "d", 6, (0.0, 0.0, 0.0, 579085.77, 4738466.78, 0.0), True),
    (34735, "H", 8, (1, 1, 0, 1, 3072, 0, 1, 32629), True),
    (34737, "s", 0, "WGS 84 / UTM zone 29N|", True),
]


def tags_of(path):
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        return {tag.code: tag.value for tag in page.tags if tag.code in (282, 283, 296, 33550, 33922, 34735, 34737)}


@pytest.mark.parametrize("pages", [1, 3])
def test_results_lie_where_their_geotiff_does(pages, tmp_path):
    image = str(tmp_path / "a.tif")
    tifffile.imwrite(
        image,
        np.stack([GREY] * pages),
        extratags=GEO,
        resolution=((3, 7), (5, 7)),
        resolutionunit=3,
        metadata=None,
        photometric="minisblack",
    )
    page = image if pages == 1 else f"{image}[2]"
    write_mask(GREY.T > 99, tmp_path / "mask.tif", page)
    write_instances(GREY.T, tmp_path / "instances.tif", page)
    write_probabilities(np.stack([GREY.T / 255, 1 - GREY.T / 255]), tmp_path / "probability.tif", page)
    assert len(told := tags_of(image)) == 7
    assert all(tags_of(tmp_path / f"{name}.tif") == told for name in ("mask", "instances", "probability"))
    assert np.array_equal(read_pixels(tmp_path / "mask.tif"), (GREY > 99) * 255)
    assert np.array_equal(read_pixels(tmp_path / "instances.tif"), GREY)


@pytest.mark.parametrize("unit", ["um", "\\u00B5m", "micron"])
def test_a_mask_keeps_the_unit_of_imagej(unit, tmp_path):
    image = str(tmp_path / "a.tif")
    tifffile.imwrite(image, np.stack([GREY] * 4), imagej=True, resolution=(4, 2), metadata={"unit": unit, "axes": "ZYX"})
    write_mask(GREY.T > 99, tmp_path / "a_mask.tif", f"{image}[3]")
    write_probabilities(np.stack([GREY.T / 255] * 2), tmp_path / "a_probability.tif", f"{image}[3]")
    with tifffile.TiffFile(tmp_path / "a_mask.tif") as mask, tifffile.TiffFile(image) as file:
        assert mask.imagej_metadata["unit"] == file.imagej_metadata["unit"] == unit
        assert mask.pages.first.get_resolution() == (4, 2)
        assert mask.asarray().shape == GREY.shape
    assert tifffile.imread(tmp_path / "a_probability.tif").shape == (2, *GREY.shape)


def test_the_mask_of_an_image_that_is_turned_keeps_nothing_that_was_told_of_it(tmp_path):
    image = str(tmp_path / "a.tif")
    tifffile.imwrite(image, GREY, extratags=[*GEO, (274, 3, 1, 3, True)], resolution=(4, 2), metadata=None)
    write_mask(GREY.T > 99, tmp_path / "a_mask.tif", image)
    assert tags_of(tmp_path / "a_mask.tif") == {282: (1, 1), 283: (1, 1), 296: 1}
