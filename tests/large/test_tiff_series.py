"""TIFFs that hold more than one image, or whose pages nobody names."""

from collections import Counter

import numpy as np
import pytest
import tifffile
from large_images import noise, stored, write_weights
from tifffile.zarr import ZarrTiffStore
from tiffs import write_tiff

from custom.__main__ import main
from custom.large import segment
from custom.large.sources import open_source

SMALL = {"axes": "YX", "PhysicalSizeX": 9.0, "PhysicalSizeY": 9.0}
LARGE = {"axes": "YX", "PhysicalSizeX": 2.0, "PhysicalSizeY": 2.0}


def written(path, *images, **settings):
    with tifffile.TiffWriter(path) as file:
        for image in images:
            file.write(image, photometric="minisblack", **{"metadata": None, "contiguous": False, **settings})
    return str(path)


def read(source, z=0):
    return source.read(0, z, slice(None), slice(None))[0]


@pytest.mark.parametrize("order", [1, -1])
def test_the_largest_image_is_taken_and_others_are_told(tmp_path, order):
    """Leica's .scn begin with a picture of the whole slide."""
    images = [(noise(40, 50), SMALL), (noise(150, 170), LARGE)][::order]
    with tifffile.TiffWriter(tmp_path / "a.ome.tif") as file:
        for image, told in images:
            file.write(image, metadata=told)
    source = open_source(str(tmp_path / "a.ome.tif"))
    assert np.array_equal(read(source), noise(150, 170))
    assert source.scale == {"y": 2.0, "x": 2.0}
    assert source.notes == ("left out, in the same file: 1 smaller image, of 40×50 pixels with 1 channel",)


def test_smaller_copies_go_without_saying(tmp_path):
    image = noise(160, 170)
    source = open_source(written(tmp_path / "a.tif", image, image[::2, ::2], image[::4, ::4]))
    assert np.array_equal(read(source), image)
    assert source.notes == ()


def test_several_images_none_of_which_is_the_largest_are_refused(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.ome.tif") as file:
        for image in (noise(150, 160), noise(150, 160, seed=1)):
            file.write(image, metadata={"axes": "YX"})
    with pytest.raises(
        ValueError, match="holds images of 150×160 pixels with 1 channel and 150×160 pixels with 1 channel; save"
    ):
        open_source(str(tmp_path / "a.ome.tif"))


def test_channels_that_are_stored_as_columns_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(160, 150, 3), photometric="minisblack")
    with pytest.raises(ValueError, match="holds 160 pages of 150×3 pixels; if its last axis counts channels, save it with"):
        open_source(str(tmp_path / "a.tif"))


def test_pages_are_slices_unless_their_user_says_otherwise(tmp_path, capsys):
    stack = noise(3, 40, 50)
    path, checkpoint = written(tmp_path / "a.tif", *stack), write_weights(tmp_path)[0]
    rest = ["--checkpoint", checkpoint, "--scheduler", "synchronous"]
    for name, axes, note in (("z", [], True), ("t", ["--axes", "tyx"], False)):
        assert main(["segment", path, str(tmp_path / f"{name}.zarr"), *axes, *rest]) == 0
        told = "its 3 pages are taken for slices, as it does not say what they are; otherwise set axes, such as tyx"
        assert (told in capsys.readouterr().err) == note
        assert np.array_equal(stored(str(tmp_path / f"{name}.zarr"), "0"), stack)
    assert open_source(path, axes="tyx").shape == (3, 1, 1, 40, 50)


def test_a_file_that_ends_between_its_pages_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    written(path, *noise(4, 40, 50))
    content = path.read_bytes()
    with tifffile.TiffFile(path) as tiff:
        path.write_bytes(content[: tiff.pages[3].offset])
    with pytest.raises(ValueError, match="a.tif' is cut off or broken: .*; fetch it anew"):
        open_source(str(path))


def test_tiles_that_are_not_stored_are_told(tmp_path, capsys):
    tile = noise(64, 64, dtype=np.uint8)
    tiles = iter([tile, None, None, tile])
    tifffile.imwrite(tmp_path / "a.tif", tiles, shape=(128, 128), dtype=np.uint8, tile=(64, 64), photometric="minisblack")
    rest = ["--checkpoint", write_weights(tmp_path)[0], "--scheduler", "synchronous"]
    assert main(["segment", str(tmp_path / "a.tif"), str(tmp_path / "out.zarr"), *rest]) == 0
    assert "2 chunks of " in (told := capsys.readouterr().err)
    assert "a.tif are not stored; they are read as 0" in told


@pytest.mark.parametrize("factor", [1, 2])
@pytest.mark.parametrize(("rows", "tile"), [(16, None), (170, None), (None, (32, 64))])
def test_each_strip_or_tile_is_decoded_once_for_the_statistics_and_once_for_the_labels(
    tmp_path, monkeypatch, factor, rows, tile
):
    path, checkpoint = tmp_path / "a.tif", write_weights(tmp_path, downsampling=factor)[0]
    tifffile.imwrite(path, noise(170, 180), rowsperstrip=rows, tile=tile)
    counted: Counter[str] = Counter()
    found = ZarrTiffStore.get

    async def get(store, key, *args, **settings):
        counted[key] += not key.endswith(".json") and not key.rpartition("/")[2].startswith(".z")
        return await found(store, key, *args, **settings)

    monkeypatch.setattr(ZarrTiffStore, "get", get)
    segment(str(path), str(tmp_path / "out.zarr"), checkpoint=checkpoint, scheduler="synchronous")
    assert {times for times in counted.values() if times} == {2}, counted


APERIO = "Aperio Image Library v11.2.1\r\n200x160 [0,0 200x160] (64x64) JPEG/RGB Q=70|AppMag = 20|MPP = 0.4990"


@pytest.mark.parametrize(
    ("name", "settings", "scale", "units"),
    [
        ("a.svs", {"description": APERIO, "software": False}, {"y": 0.499, "x": 0.499}, "micrometer"),
        ("a.tif", {"resolution": (20000, 40000), "resolutionunit": "CENTIMETER"}, {"y": 0.25, "x": 0.5}, "micrometer"),
        ("screen.tif", {"resolution": (72, 72), "resolutionunit": "INCH"}, {}, ""),
        ("vips.tif", {"resolution": (10, 10), "resolutionunit": "CENTIMETER"}, {}, ""),
    ],
)
def test_the_size_of_a_slides_pixels_is_kept_on_each_level(tmp_path, name, settings, scale, units):
    image = noise(160, 200)
    levels = [image] if name == "a.svs" else [image, image[::2, ::2]]
    with tifffile.TiffWriter(tmp_path / name) as file:
        for level in levels:
            file.write(level, tile=(64, 64), photometric="minisblack", metadata=None, **settings)
    for level in range(len(levels)):
        source = open_source(str(tmp_path / name), level=level)
        assert source.scale == pytest.approx({axis: size * 2**level for axis, size in scale.items()})
        assert source.units == dict.fromkeys(scale, units)


@pytest.mark.parametrize(("unit", "known"), [("um", "micrometer"), ("\\u00B5m", "micrometer"), ("pixel", "")])
def test_sizes_that_imagej_tells_are_kept(tmp_path, unit, known):
    told = {"axes": "ZYX", "unit": unit, "spacing": 3.0}
    tifffile.imwrite(tmp_path / "a.tif", noise(2, 40, 50), imagej=True, resolution=(4, 2), metadata=told)
    source = open_source(str(tmp_path / "a.tif"))
    assert source.scale == ({"z": 3, "y": 0.5, "x": 0.25} if known else {})
    assert source.units == (dict.fromkeys("zyx", known) if known else {})


def test_an_orientation_and_tiles_that_may_overlap_are_told(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(40, 50), extratags=[(274, 3, 1, 6, True)])
    assert "not turned as its orientation says; " in open_source(str(tmp_path / "a.tif")).notes[0]
    scan = [(700, 1, None, b"<iScan></iScan>", True)]
    with tifffile.TiffWriter(tmp_path / "a.bif") as file:
        for description, side in (("Label_Image", 40), ("level=0 mag=40", 128)):
            image = noise(side, side, 3, dtype=np.uint8)
            file.write(image, tile=(64, 64), photometric="rgb", metadata=None, description=description, extratags=scan)
    assert "its tiles are set side by side" in open_source(str(tmp_path / "a.bif")).notes[-1]


def test_a_shape_of_another_image_that_a_program_left_hides_no_page(tmp_path):
    stack = noise(6, 48, 80)
    told = {"metadata": None, "photometric": "minisblack", "description": '{"shape": [6, 30, 33]}'}
    tifffile.imwrite(tmp_path / "a.tif", stack, **told)
    source = open_source(str(tmp_path / "a.tif"))
    assert source.shape == (1, 1, 6, 48, 80)
    assert np.array_equal(read(source, 4), stack[4])


def test_bits_of_a_fax_are_refused(tmp_path):
    """Of ImageMagick's: 262 = 0 is white for zero, 259 = 4 is Group 4, whose bits of end alone are here."""
    write_tiff(tmp_path / "a.tif", (8, 8), bytes.fromhex("00100100"), bits=1, t259=4, t262=0)
    with pytest.raises(ValueError, match="a.tif' holds the bits of a fax, where white is zero; save it as grey"):
        open_source(str(tmp_path / "a.tif"))


def test_16_bits_that_tifffile_swapped_in_jpeg_2000_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(64, 48), compression="jpeg2000", byteorder=">")
    with pytest.raises(ValueError, match="a.tif' has 16-bit pixels in JPEG 2000 whose bytes tifffile swaps"):
        open_source(str(tmp_path / "a.tif"))


def test_channels_of_scanimage_are_parted_from_frames(tmp_path):
    stack = noise(6, 48, 80)
    source = open_source(written(tmp_path / "a.tif", *stack, description="scanimage.SI4.channelsSave = [1 2]\n"))
    assert (source.shape, source.axes) == ((3, 2, 1, 48, 80), "tcyx")
    assert np.array_equal(source.read(2, 0, slice(None), slice(None)), stack[4:])
