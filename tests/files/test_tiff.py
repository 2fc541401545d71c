"""TIFF: what tifffile, Pillow and hand-made files hold is what is read, beside libtiff (as imagecodecs brings it) as oracle."""

import json
import logging
import threading
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageOps
from tiffs import packed, write_tiff

from custom.files import check_intensities, read_header, read_image, read_pixels, tiff_writing

SIZE = (24, 40)
RNG = np.random.default_rng(0)
KINDS = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")
LOSSLESS = (None, "zlib", "lzw", "zstd", "packbits", "lzma")
PREDICTED = ("zlib", "lzw", "zstd", "lzma")
UNPREDICTED = ("u8", "i8")  # by tifffile


def noise(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Values over all of a type, or floats of either sign."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return RNG.normal(0, 100, shape).astype(dtype)
    if dtype.kind == "b":
        return RNG.random(shape) > 0.5
    limits = np.iinfo(dtype)
    return RNG.integers(limits.min, limits.max, shape, dtype, endpoint=True)


def read_by_libtiff(path: Path, page: int = 0) -> NDArray[Any]:
    values = imagecodecs.tiff_decode(path.read_bytes(), index=page)
    return np.moveaxis(values, 0, -1) if values.ndim == 3 and values.shape[-2:] == SIZE else values


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_is_read_as_written_in_both_byte_orders_and_each_compression(kind, order, tmp_path):
    path = tmp_path / "a.tif"
    values = noise(SIZE, kind)
    for compression in LOSSLESS:
        for predictor in (False, True) if compression in PREDICTED and kind not in UNPREDICTED else (False,):
            tifffile.imwrite(path, values, byteorder=order, compression=compression, predictor=predictor)
            read = read_image(path)
            assert (read.values.dtype, read.header.dtype) == (values.dtype, values.dtype), (compression, predictor)
            assert np.array_equal(read.values, values), (compression, predictor)


@pytest.mark.parametrize("kind", sorted({"u1", "u2", "u4", "i2", "f4", "f8"}))
@pytest.mark.parametrize(
    "options",
    [
        {"rowsperstrip": 5},
        {"tile": (16, 16)},
        {"tile": (16, 32), "compression": "zlib", "predictor": True},
        {"bigtiff": True},
        {"bigtiff": True, "byteorder": ">", "compression": "lzw"},
        {"photometric": "miniswhite"},
        {"metadata": None},
        {"extratags": [(65000, "s", 0, b"\xb5 not in ASCII", True)]},
    ],
    ids=str,
)
def test_strips_tiles_and_tags_change_no_value(kind, options, tmp_path):
    path = tmp_path / "a.tif"
    values = noise(SIZE, kind)
    tifffile.imwrite(path, values, **options)
    assert np.array_equal(read_pixels(path), values)
    assert np.array_equal(read_by_libtiff(path), values)


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
@pytest.mark.parametrize(("kind", "channels"), [("u1", 3), ("u2", 3), ("f4", 3), ("u2", 2), ("u1", 7)])
def test_channels_come_last_interleaved_or_in_planes(kind, channels, compression, planar, tmp_path):
    path = tmp_path / "a.tif"
    values = noise((*SIZE, channels), kind)
    stored = values if planar == "contig" else np.moveaxis(values, -1, 0)
    photometric = "rgb" if channels == 3 else "minisblack"
    tifffile.imwrite(
        path, stored, photometric=photometric, planarconfig=planar, compression=compression, predictor=bool(compression)
    )
    assert read_header(path).channels == channels
    assert np.array_equal(read_pixels(path), values)
    assert np.array_equal(read_by_libtiff(path), values)


@pytest.mark.parametrize("compression", ["jpeg2000", "jpegxl", "webp", "png", "lerc"])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossless_codecs_of_pictures_are_read(compression, channels, tmp_path):
    path = tmp_path / "a.tif"
    if (compression, channels) == ("webp", 1):
        pytest.skip("WebP has no grey")
    values = noise((*SIZE, channels)[: 2 + (channels > 1)], "u1")
    level = {"jpeg2000": {"reversible": True}, "webp": {"lossless": True}, "jpegxl": {"lossless": True}}.get(compression, {})
    tifffile.imwrite(path, values, compression=compression, compressionargs=level)
    assert np.array_equal(read_pixels(path), values)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [1, 2, 4, 6, 10, 12, 14])
def test_packed_bits_are_read_as_the_numbers_they_are(bits, order, tmp_path):
    path = tmp_path / "a.tif"
    values = RNG.integers(0, 2**bits, (5, 7))
    write_tiff(path, (5, 7), packed(values, bits), bits, order)
    read = read_image(path)
    assert np.array_equal(read.values, values)
    assert read.values.dtype == read.header.dtype


@pytest.mark.parametrize("order", "<>")
def test_whole_numbers_of_24_bits_are_refused_since_readers_disagree(order, tmp_path):
    write_tiff(tmp_path / "a.tif", (5, 7), packed(RNG.integers(0, 2**24, (5, 7)), 24), 24, order)
    with pytest.raises(
        ValueError, match="whole numbers of 24 bits, of whose byte order readers disagree; save it with 16 or 32"
    ):
        read_header(tmp_path / "a.tif")


def test_a_predictor_of_packed_bits_is_undone(tmp_path):
    values = np.array([[100, 200, 300, 400], [1000, 2000, 3000, 4000]])  # libtiff leaves the differences
    differences = np.diff(values, axis=1, prepend=0)
    write_tiff(tmp_path / "a.tif", (2, 4), packed(differences, 12), 12, t317=2)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)


def test_a_predictor_that_was_left_behind_is_not_undone(tmp_path):
    """Pillow keeps the tag of a file that it unpacks, as libtiff, which heeds no predictor of unpacked pixels."""
    values = noise(SIZE, "u1")
    tifffile.imwrite(tmp_path / "packed.tif", values, compression="lzw", predictor=True, metadata=None)
    with Image.open(tmp_path / "packed.tif") as picture:
        picture.save(tmp_path / "a.tif", compression=None, tiffinfo=picture.tag_v2)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert (file.pages.first.compression, file.pages.first.predictor) == (1, 2)
    assert np.array_equal(read_by_libtiff(tmp_path / "a.tif"), values)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)


@pytest.mark.parametrize("compression", ["packbits", "lerc"])
def test_a_predictor_of_which_readers_disagree_is_refused(compression, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(SIZE, "u1"), compression=compression, predictor=True)
    with pytest.raises(ValueError, match="has a predictor with a compression of which readers do not undo one alike; save it"):
        read_header(tmp_path / "a.tif")


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt", "packbits", "tiff_lzw", "raw"])
def test_masks_of_one_bit_are_true_where_pillow_wrote_white(compression, tmp_path):
    mask = noise(SIZE, bool)
    Image.fromarray(mask).save(tmp_path / "a.tif", compression=compression)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), mask)


@pytest.mark.parametrize("kind", ["u1", "u2", "f4", bool])
def test_values_are_those_stored_where_white_is_zero(kind, tmp_path):
    values = noise(SIZE, kind)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite")
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)
    check_intensities(read_header(tmp_path / "a.tif"))


GREY: dict[str, Any] = {"photometric": "minisblack"}
RGB: dict[str, Any] = {"photometric": "rgb"}


def ome(axes: str, **options: Any) -> dict[str, Any]:
    return {**GREY, "ome": True, "metadata": {"axes": axes}, **options}


def imagej(axes: str, **options: Any) -> dict[str, Any]:
    return {"imagej": True, "metadata": {"axes": axes}, **options}


# How numpy's array is written, and what it is then: pages, channels, and where in the array the second page lies.
AXES: dict[str, tuple[tuple[int, ...], dict[str, Any], int, int, Any]] = {
    "pages": ((5, *SIZE), GREY, 5, 1, np.s_[1]),
    "pages without a description": ((5, *SIZE), {**GREY, "metadata": None}, 5, 1, np.s_[1]),
    "pages behind one directory": ((5, *SIZE), {**GREY, "truncate": True}, 5, 1, np.s_[1]),
    "pages of colour": ((5, *SIZE, 3), RGB, 5, 3, np.s_[1]),
    "pages of planes of colour": ((5, 3, *SIZE), {**RGB, "planarconfig": "separate"}, 5, 3, np.s_[1]),
    "pages in tiles": ((5, *SIZE), {**GREY, "tile": (16, 16), "compression": "zlib"}, 5, 1, np.s_[1]),
    "ImageJ, Z": ((5, *SIZE), imagej("ZYX"), 5, 1, np.s_[1]),
    "ImageJ, Z behind one directory": ((5, *SIZE), imagej("ZYX", truncate=True), 5, 1, np.s_[1]),
    "ImageJ, T": ((5, *SIZE), imagej("TYX"), 5, 1, np.s_[1]),
    "ImageJ, C": ((3, *SIZE), imagej("CYX"), 1, 3, None),
    "ImageJ, Z and C": ((5, 2, *SIZE), imagej("ZCYX"), 5, 2, np.s_[1]),
    "ImageJ, T, Z and C": ((2, 3, 2, *SIZE), imagej("TZCYX"), 6, 2, np.s_[0, 1]),
    "ImageJ, T, Z and C behind one directory": ((2, 3, 2, *SIZE), imagej("TZCYX", truncate=True), 6, 2, np.s_[0, 1]),
    "ImageJ, RGB": ((*SIZE, 3), imagej("YXS"), 1, 3, None),
    "OME, C": ((3, *SIZE), ome("CYX"), 1, 3, None),
    "OME, Z": ((5, *SIZE), ome("ZYX"), 5, 1, np.s_[1]),
    "OME, Z within C": ((2, 5, *SIZE), ome("CZYX"), 5, 2, np.s_[:, 1]),
    "OME, Z within C within T": ((2, 3, 4, *SIZE), ome("TCZYX"), 8, 3, np.s_[0, :, 1]),
    "OME, samples": ((*SIZE, 3), ome("YXS", **RGB), 1, 3, None),
}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("name", AXES)
def test_axes_are_pages_or_channels_as_the_file_declares(name, order, tmp_path):
    shape, options, pages, channels, second = AXES[name]
    path = tmp_path / ("a.ome.tif" if "ome" in options else "a.tif")
    values = noise(shape, "u1" if 3 in (shape[-1], channels) else "u2")
    if not ("imagej" in options and order == "<"):  # ImageJ's own files are big-endian
        options = {**options, "byteorder": order}
    tifffile.imwrite(path, values, **options)
    header = read_header(f"{path}[0]")
    assert (header.pages, header.channels, header.size) == (pages, channels, SIZE)
    wanted = values[second] if second is not None else values
    wanted = np.moveaxis(wanted, 0, -1) if wanted.ndim == 3 and wanted.shape[-1] == SIZE[1] else wanted
    assert np.array_equal(read_pixels(f"{path}[1]" if pages > 1 else path), wanted)


@pytest.mark.parametrize("options", [{}, {"metadata": None}, {"ome": True}], ids=["shaped", "plain", "OME"])
@pytest.mark.parametrize("shape", [(24, 40, 2), (24, 40, 5), (70, 66, 16)])
def test_numpys_channels_last_are_not_taken_for_pages(shape, options, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(shape, "u2"), photometric="minisblack", **options)
    if "ome" in options:  # declared as channels of narrow images
        assert read_header(tmp_path / "a.tif").channels == shape[0]
        return
    pages = "{} pages of {}×{} pixels".format(*shape)
    with pytest.raises(
        ValueError, match=f"holds {pages}; if its last axis counts channels, save it with planarconfig='contig'"
    ):
        read_header(tmp_path / "a.tif")


def test_an_axis_of_one_behind_numpys_channels_changes_nothing(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise((1, 24, 40, 2, 1), "u2"), photometric="minisblack")
    with pytest.raises(ValueError, match="holds 24 pages of 40×2 pixels; if its last axis counts channels"):
        read_header(f"{tmp_path / 'a.tif'}[0]")


@pytest.mark.parametrize("levels", [1, 3])
@pytest.mark.parametrize("as_subifds", [True, False])
def test_of_a_pyramid_the_full_resolution_is_read(as_subifds, levels, tmp_path):
    values = noise((64, 96, 3), "u1")
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(values, photometric="rgb", tile=(16, 16), subifds=levels if as_subifds else 0, metadata=None)
        for level in range(1, levels + 1):
            small = values[:: 2**level, :: 2**level]
            writer.write(small, photometric="rgb", tile=(16, 16), subfiletype=1 if as_subifds else 0, metadata=None)
    image = read_image(tmp_path / "a.tif")
    assert (image.header.pages, image.header.size) == (1, (64, 96))
    assert np.array_equal(image.values, values)


@pytest.mark.parametrize(("axes", "pages", "channels"), [("ZYX", 3, 1), ("CYX", 1, 3), ("", 3, 1)])
def test_the_pages_of_a_pyramid_are_read_whose_copies_lack_the_shape(axes, pages, channels, tmp_path):
    values = noise((3, 64, 96), "u2")
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(values, photometric="minisblack", subifds=2, metadata={"axes": axes} if axes else {})
        for step in (2, 4):
            writer.write(values[:, ::step, ::step], photometric="minisblack", subfiletype=1, metadata=None)
    header = read_header(f"{tmp_path / 'a.tif'}[0]")
    assert (header.pages, header.channels, header.size) == (pages, channels, (64, 96))
    read = [read_pixels(f"{tmp_path / 'a.tif'}[{page}]" if pages > 1 else tmp_path / "a.tif") for page in range(pages)]
    assert np.array_equal(np.stack(read) if pages > 1 else np.moveaxis(read[0], -1, 0), values)


def test_thumbnails_masks_and_labels_of_a_slide_are_no_pages(tmp_path):
    values = noise(SIZE, "u1")
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(values, metadata=None)
        writer.write(noise((10, 11), "u1"), subfiletype=1, metadata=None)
        writer.write(noise(SIZE, bool), subfiletype=4, metadata=None)
    with tifffile.TiffWriter(tmp_path / "b.ome.tif", ome=True) as writer:
        writer.write(values, metadata={"Name": "slide"})
        writer.write(noise((10, 11), "u1"), metadata={"Name": "macro image"})
        writer.write(noise((10, 13), "u1"), metadata={"Name": "label image"})
    for name in ("a.tif", "b.ome.tif"):
        assert read_header(tmp_path / name).pages == 1
        assert np.array_equal(read_pixels(tmp_path / name), values)


@pytest.mark.parametrize("options", [{"subfiletype": 1}, {"metadata": {"Name": "labels"}, "ome": True}])
def test_a_file_of_one_image_is_read_whatever_that_calls_itself(options, tmp_path):
    values = noise(SIZE, "u1")
    tifffile.imwrite(tmp_path / "a.tif", values, **options)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ((24, 40), (30, 40), "24×40 pixels with 1 channel and 30×40 pixels with 1 channel"),
        ((24, 40), (12, 13), "24×40 pixels with 1 channel and 12×13 pixels with 1 channel"),
        ((24, 40), (24, 40, 3), "24×40 pixels with 1 channel and 24×40 pixels with 3 channels"),
    ],
)
@pytest.mark.parametrize("ome", [False, True])
def test_images_that_are_unlike_are_refused_rather_than_left_out(ome, first, second, message, tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif", ome=ome) as writer:
        for shape in (first, second):
            writer.write(
                noise(shape, "u1"), photometric="rgb" if shape[-1] == 3 else "minisblack", metadata={} if ome else None
            )
    with pytest.raises(ValueError, match=f"{message}; save each as a file of its own"):
        read_header(tmp_path / "a.tif")


def test_scenes_of_an_ome_tiff_of_one_size_are_pages_and_smaller_ones_are_refused(tmp_path):
    scenes = [noise((planes, *SIZE), "u2") for planes in (2, 3)]
    with tifffile.TiffWriter(tmp_path / "a.ome.tif", ome=True) as writer:
        for scene in scenes:
            writer.write(scene, photometric="minisblack", metadata={"axes": "ZYX"})
    assert read_header(f"{tmp_path / 'a.ome.tif'}[0]").pages == 5
    assert np.array_equal(read_pixels(f"{tmp_path / 'a.ome.tif'}[3]"), scenes[1][1])
    with tifffile.TiffWriter(tmp_path / "b.ome.tif", ome=True) as writer:
        writer.write(noise(SIZE, "u2"))
        writer.write(noise((12, 20), "u2"))
    with pytest.raises(ValueError, match="save each as a file of its own"):
        read_header(tmp_path / "b.ome.tif")


def test_pages_of_several_types_keep_theirs(tmp_path):
    pages = [noise(SIZE, kind) for kind in ("u1", "f4", "u1")]
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in pages:
            writer.write(page, metadata=None)
    for number, page in enumerate(pages):
        read = read_image(f"{tmp_path / 'a.tif'}[{number}]")
        assert np.array_equal(read.values, page)
        assert read.values.dtype == read.header.dtype == page.dtype


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("channels", [1, 3])
def test_an_orientation_is_applied_as_viewers_show_it(orientation, channels, tmp_path):
    values = noise((*SIZE, channels)[: 2 + (channels > 1)], "u1")
    tifffile.imwrite(tmp_path / "a.tif", values, extratags=[(274, "H", 1, orientation, True)])
    picture = Image.fromarray(values)
    picture.getexif()[274] = orientation
    picture.save(tmp_path / "a.png", exif=picture.getexif())
    with Image.open(tmp_path / "a.png") as stored:
        wanted = np.asarray(ImageOps.exif_transpose(stored))
    assert read_header(tmp_path / "a.tif").size == wanted.shape[:2]
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), wanted)


@pytest.mark.parametrize("alpha", ["unassalpha", "assocalpha"])
@pytest.mark.parametrize("channels", [1, 3])
def test_alpha_is_dropped_and_other_samples_stay(channels, alpha, tmp_path):
    values = noise((*SIZE, channels + 1), "u2")
    options: dict[str, Any] = {"photometric": "rgb" if channels == 3 else "minisblack", "planarconfig": "contig"}
    tifffile.imwrite(tmp_path / "a.tif", values, extrasamples=[alpha], **options)
    tifffile.imwrite(tmp_path / "b.tif", values, extrasamples=["unspecified"], **options)
    assert (read_header(tmp_path / "a.tif").channels, read_header(tmp_path / "a.tif").alpha) == (channels, True)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values[..., :channels] if channels > 1 else values[..., 0])
    assert np.array_equal(read_pixels(tmp_path / "b.tif"), values)


def palette(colours: NDArray[Any]) -> NDArray[np.uint16]:
    return (np.pad(colours, ((0, 256 - len(colours)), (0, 0))).T * 257).astype(np.uint16)


def test_a_palette_of_greys_is_looked_up_and_one_of_colours_holds_classes(tmp_path):
    values = RNG.integers(0, 3, SIZE).astype(np.uint8)
    greys, colours = np.array([[0] * 3, [90] * 3, [255] * 3]), np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]])
    tifffile.imwrite(tmp_path / "grey.tif", values, photometric="palette", colormap=palette(greys))
    tifffile.imwrite(tmp_path / "colour.tif", values, photometric="palette", colormap=palette(colours))
    assert np.array_equal(read_pixels(tmp_path / "grey.tif"), greys[values, 0])
    check_intensities(read_header(tmp_path / "grey.tif"))
    assert np.array_equal(read_pixels(tmp_path / "colour.tif"), values)
    with pytest.raises(ValueError, match="holds colours of a palette, not intensities; save it as grey or RGB"):
        check_intensities(read_header(tmp_path / "colour.tif"))


def test_a_palette_of_one_bit_is_looked_up(tmp_path):
    values = RNG.integers(0, 2, (5, 7))
    write_tiff(tmp_path / "a.tif", (5, 7), packed(values, 1), 1, t262=3, t320=(65535, 0, 65535, 0, 65535, 0))
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), 255 * (1 - values))


def test_a_palette_of_imagej_shows_intensities(tmp_path):
    values = noise(SIZE, "u1")
    green = np.stack([0 * np.arange(256), np.arange(256), 0 * np.arange(256)], axis=1)
    description = "ImageJ=1.54f\nmin=0.0\nmax=255.0\n"
    tifffile.imwrite(
        tmp_path / "a.tif", values, photometric="palette", colormap=palette(green), description=description, metadata=None
    )
    check_intensities(read_header(tmp_path / "a.tif"))
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)


@pytest.mark.parametrize(
    ("photometric", "channels", "what"),
    [
        ("separated", 4, r"inks \(CMYK\)"),
        ("cielab", 3, "colours as CIELab"),
        ("ycbcr", 3, "colours as YCbCr"),
        ("cfa", 1, "a camera's raw mosaic"),
    ],
)
def test_other_colours_than_red_green_and_blue_are_no_intensities(photometric, channels, what, tmp_path):
    shape = (*SIZE, channels)[: 2 + (channels > 1)]
    tifffile.imwrite(
        tmp_path / "a.tif", noise(shape, "u1"), photometric=photometric, planarconfig="contig" if channels > 1 else None
    )
    assert read_header(tmp_path / "a.tif").channels == channels
    with pytest.raises(ValueError, match=f"holds {what}, not intensities; save it as grey or RGB"):
        check_intensities(read_header(tmp_path / "a.tif"))


def test_jpeg_in_a_tiff_is_read_as_red_green_and_blue(tmp_path):
    values = np.kron(RNG.integers(0, 256, (3, 5, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    for subsampling in ((1, 1), (2, 2)):
        tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", compression="jpeg", subsampling=subsampling)
        check_intensities(read_header(tmp_path / "a.tif"))
        assert np.abs(read_pixels(tmp_path / "a.tif").astype(int) - read_by_libtiff(tmp_path / "a.tif")).max() <= 4


def test_a_file_of_another_program_is_read_whatever_its_suffix(tmp_path):
    values = noise(SIZE, "u1")
    Image.fromarray(values).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.tif")
    tifffile.imwrite(tmp_path / "b.tif", values.astype(np.uint16) * 3)
    (tmp_path / "b.tif").rename(tmp_path / "b.png")
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)
    assert np.array_equal(read_pixels(tmp_path / "b.png"), values.astype(np.uint16) * 3)


def test_a_file_that_claims_a_million_times_a_million_pixels_is_refused_before_it_is_decoded(tmp_path):
    write_tiff(tmp_path / "a.tif", (1_000_000, 1_000_000), b"\0" * 64, t259=8)
    assert (tmp_path / "a.tif").stat().st_size < 1000
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match=r"claims 1000000×1000000 pixels, .* GiB in memory, too many here"):
            read(tmp_path / "a.tif")


def test_an_image_of_more_pixels_than_pillow_likes_is_taken(tmp_path):
    write_tiff(tmp_path / "a.tif", (13500, 13500), b"\0" * 64, t259=8)
    assert read_header(tmp_path / "a.tif").size == (13500, 13500)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("pages", [1, 3])
def test_a_cut_at_any_byte_is_one_line_and_no_log(compression, pages, tmp_path, capfd, caplog):
    tifffile.imwrite(tmp_path / "a.tif", noise((pages, *SIZE), "u1"), photometric="minisblack", compression=compression)
    whole = (tmp_path / "a.tif").read_bytes()
    for size in range(1, len(whole), 97):
        (tmp_path / "b.tif").write_bytes(whole[:size])
        with pytest.raises(ValueError) as error:
            for page in range(pages):
                read_pixels(f"{tmp_path / 'b.tif'}[{page}]")
        assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_a_type_that_no_standard_knows_is_refused(tmp_path):
    write_tiff(tmp_path / "a.tif", (5, 7), b"\0" * 35, t339=9)
    with pytest.raises(ValueError, match=r"holds values of an unknown type \(SampleFormat 9\); save it anew"):
        read_header(tmp_path / "a.tif")


def test_the_planes_of_an_ome_tiff_may_lie_in_any_order(tmp_path):
    values = noise((3, *SIZE), "u1")
    places = "".join(f'<TiffData IFD="{ifd}" FirstC="{channel}" PlaneCount="1"/>' for ifd, channel in enumerate((2, 0, 1)))
    channels = "".join(f'<Channel ID="Channel:0:{channel}" SamplesPerPixel="1"/>' for channel in range(3))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SizeX="40" SizeY="24" SizeC="3" '
        f'SizeZ="1" SizeT="1">{channels}{places}</Pixels></Image></OME>'
    )
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for number, plane in enumerate(values):
            writer.write(plane, metadata=None, description=text if number == 0 else None)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), np.stack([values[1], values[2], values[0]], axis=-1))


def test_pages_are_counted_alike_whatever_the_order_of_axes(tmp_path):
    values = noise((3, 4, *SIZE), "u2")  # times, slices
    tifffile.imwrite(tmp_path / "tz.tif", values, imagej=True, metadata={"axes": "TZYX"})
    for name, axes in (("zt", "ZTYX"), ("zct", "ZCTYX")):
        turned = values.swapaxes(0, 1) if name == "zt" else np.stack([values.swapaxes(0, 1)] * 2, axis=1)
        tifffile.imwrite(tmp_path / f"{name}.ome.tif", turned, ome=True, photometric="minisblack", metadata={"axes": axes})
    for page, plane in enumerate(values.reshape(-1, *SIZE)):
        assert np.array_equal(read_pixels(f"{tmp_path / 'tz.tif'}[{page}]"), plane)
        assert np.array_equal(read_pixels(f"{tmp_path / 'zt.ome.tif'}[{page}]"), plane)
        assert np.array_equal(read_pixels(f"{tmp_path / 'zct.ome.tif'}[{page}]")[..., 1], plane)


@pytest.mark.parametrize("shape", [(6, 48, 80), (2, 3, 48, 80), (6, 30, 33)], ids=str)
def test_a_shape_of_another_image_that_a_program_left_hides_no_page(shape, tmp_path):
    values = noise((6, *SIZE), "u2")
    options = {"metadata": None, "photometric": "minisblack", "description": json.dumps({"shape": shape})}
    tifffile.imwrite(tmp_path / "a.tif", values, **options)
    assert read_header(f"{tmp_path / 'a.tif'}[0]").pages == 6
    assert np.array_equal(read_pixels(f"{tmp_path / 'a.tif'}[4]"), values[4])


def test_planes_whose_axes_another_file_tells_are_refused_unless_there_is_one(tmp_path):
    text = (
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:11111111-2222-3333-4444-555555555555">'
        '<BinaryOnly MetadataFile="a.companion.ome" UUID="urn:uuid:11111111-2222-3333-4444-555555555556"/></OME>'
    )
    values = noise((2, *SIZE), "u2")
    tifffile.imwrite(tmp_path / "a.ome.tif", values, photometric="minisblack", metadata=None, description=text)
    with pytest.raises(ValueError, match="axes another file tells, as companion.ome; save it as one OME-TIFF"):
        read_header(tmp_path / "a.ome.tif")
    tifffile.imwrite(tmp_path / "b.ome.tif", values[0], photometric="minisblack", metadata=None, description=text)
    assert np.array_equal(read_pixels(tmp_path / "b.ome.tif"), values[0])


@pytest.mark.parametrize("text", ["ImageJ=1.54\nimages=6\nchannels=2\nslices=3\nhyperstack=true\n", "<OME><x></OME>"])
def test_a_description_of_another_image_is_not_called_a_broken_file(text, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(SIZE, "u2"), metadata=None, description=text)
    with pytest.raises(ValueError, match="is told by its description to hold what it does not .*; save it anew"):
        read_header(tmp_path / "a.tif")


def test_pages_that_an_ome_description_does_not_fit_are_refused(tmp_path):
    """xtiff 0.7.9 with newer tifffiles writes an image of 8×9 pixels as pages of 9×1."""
    tifffile.imwrite(tmp_path / "a.ome.tif", noise((2, 8, 9), "u1"), ome=True, metadata={"axes": "CYX"}, **GREY)
    with tifffile.TiffFile(tmp_path / "a.ome.tif") as tiff:
        text = tiff.pages.first.description
    tifffile.imwrite(tmp_path / "b.ome.tif", noise((16, 9, 20), "u1"), metadata=None, description=text, **GREY)
    with pytest.raises(
        ValueError, match="holds 16 pages of 9×20 pixels, which its OME description, of 8×9 pixels, does not fit"
    ):
        read_header(f"{tmp_path / 'b.ome.tif'}[0]")


@pytest.mark.parametrize(
    "options", [imagej("CYXS"), {"imagej": True}, {**ome("CYXS"), **RGB}], ids=["ImageJ", "no axes", "OME"]
)
def test_channels_of_colours_are_refused_since_they_may_be_pages(options, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise((5, *SIZE, 3), "u1"), **options)
    with pytest.raises(ValueError, match="holds 5 channels of colours each; if these are pages, .* save it with the axes ZYXS"):
        read_header(tmp_path / "a.tif")


def test_the_last_page_of_scanimage_is_not_missed(tmp_path):
    values = noise((6, *SIZE), "i2")
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in values:
            writer.write(
                page, metadata=None, software="SI.VERSION_MAJOR = 2014", description="scanimage.SI.VERSION_MAJOR = '2014'"
            )
    assert read_header(f"{tmp_path / 'a.tif'}[0]").pages == 6
    assert np.array_equal(read_pixels(f"{tmp_path / 'a.tif'}[5]"), values[5])


def test_fewer_pages_than_imagej_counted_are_told(tmp_path):
    """Programs that cut a stack keep the description of the whole one."""
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for number, page in enumerate(noise((2, *SIZE), "u1")):
            description = "ImageJ=1.54f\nimages=5\nslices=5\n" if number == 0 else None
            writer.write(page, metadata=None, description=description, compression="zlib")
    with pytest.raises(ValueError, match="says that it holds 5 planes, but holds 2; save it anew"):
        read_header(tmp_path / "a.tif")


def test_planes_that_are_missing_are_told_when_it_is_their_turn(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise((3, *SIZE), "u1"), photometric="minisblack", ome=True, metadata={"axes": "ZYX"})
    text = (
        tifffile.tiffcomment(tmp_path / "a.tif").replace('SizeZ="3"', 'SizeZ="5"').replace('PlaneCount="3"', 'PlaneCount="5"')
    )
    tifffile.imwrite(tmp_path / "b.tif", noise((3, *SIZE), "u1"), photometric="minisblack", description=text, metadata=None)
    read_pixels(f"{tmp_path / 'b.tif'}[2]")
    with pytest.raises(ValueError, match="has planes that are not in it: it was cut off, or is an OME-TIFF over several files"):
        read_pixels(f"{tmp_path / 'b.tif'}[3]")


def test_a_stream_that_cannot_be_decoded_says_how_to_mend_it(tmp_path):
    write_tiff(tmp_path / "a.tif", (5, 7), b"\0" * 64, t259=32809)  # ThunderScan, of 1991
    with pytest.raises(
        ValueError, match=r"cannot be decoded \(.*THUNDERSCAN.*\); save it anew as grey or RGB with Deflate or LZW"
    ):
        read_pixels(tmp_path / "a.tif")


def test_what_is_logged_of_another_file_at_the_same_time_spoils_none(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(SIZE, "u1"))
    stop = threading.Event()

    def complain() -> None:
        while not stop.is_set():
            logging.getLogger("tifffile").error("of another file")

    logging.getLogger("tifffile").addHandler(handler := logging.NullHandler())
    thread = threading.Thread(target=complain)
    thread.start()
    try:
        for _ in range(20):
            read_pixels(tmp_path / "a.tif")
    finally:
        stop.set()
        thread.join()
        logging.getLogger("tifffile").removeHandler(handler)


def test_an_ome_tiff_over_several_files_is_refused(tmp_path):
    tifffile.imwrite(tmp_path / "b.ome.tif", noise((2, *SIZE), "u2"), photometric="minisblack", metadata={"axes": "ZYX"})
    text = tifffile.tiffcomment(tmp_path / "b.ome.tif")
    planes = [
        f'<TiffData IFD="0" FirstZ="{place}" PlaneCount="1"><UUID FileName="{name}.ome.tif">urn:uuid:0</UUID></TiffData>'
        for place, name in enumerate(("a", "other"))
    ]
    moved = text.replace('<TiffData IFD="0" PlaneCount="2"/>', "".join(planes))
    assert moved != text
    tifffile.imwrite(tmp_path / "a.ome.tif", noise(SIZE, "u2"), description=moved, metadata=None)
    with pytest.raises(
        ValueError,
        match="has planes that are not in it: it was cut off, or is an OME-TIFF over several files; save it as one file",
    ):
        for page in (0, 1):
            read_pixels(f"{tmp_path / 'a.ome.tif'}[{page}]")


@pytest.mark.parametrize("values", [noise((7, 5), "u1"), noise((7, 5), "u2"), noise((3, 7, 5), "f4"), noise((5, 7), "u1")])
def test_a_written_file_is_tifffiles_and_so_is_the_next_of_its_size(values, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", metadata=None, software=False)
    assert tiff_writing.encode(values) == tiff_writing.encode(values.copy()) == (tmp_path / "a.tif").read_bytes()
    assert tiff_writing.encode(values) != tiff_writing.encode(values // 2 if values.dtype != np.float32 else values / 2)


@pytest.mark.parametrize(
    ("description", "channels"),
    [
        ("scanimage.SI.VERSION_MAJOR = '2015'\nscanimage.SI.hChannels.channelSave = [1;2]", 2),
        ("scanimage.SI4.channelsSave = [1 2 4]\n", 3),
        ("state.configName='a'\nstate.acq.numberOfChannelsSave=2\n", 2),
        ("scanimage.SI.VERSION_MAJOR = '2015'\nscanimage.SI.hChannels.channelSave = [2]", 1),
        ("scanimage.SI.VERSION_MAJOR = '2015'\nscanimage.SI.hChannels.channelSave = 2", 1),
    ],
)
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_channels_of_scanimage_are_parted_from_frames(description, channels, compression, tmp_path):
    values = noise((6, *SIZE), "i2")
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in values:
            writer.write(page, metadata=None, software="SI", description=description, compression=compression)
    last = read_image(f"{tmp_path / 'a.tif'}[{6 // channels - 1}]")
    assert (last.header.pages, last.header.channels) == (6 // channels, channels)
    assert np.array_equal(np.moveaxis(np.atleast_3d(last.values), -1, 0), values[-channels:])


def test_a_frame_of_scanimage_without_all_its_channels_is_told(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in noise((5, *SIZE), "i2"):
            writer.write(page, metadata=None, description="scanimage.SI4.channelsSave = [1 2]\n")
    with pytest.raises(ValueError, match="holds 5 pages of 2 channels, so that some are missing; save whole frames"):
        read_header(tmp_path / "a.tif")


@pytest.mark.parametrize("by_gdal", [True, False])
def test_a_tiff_without_pixels_is_refused_unless_gdal_left_out_what_holds_no_data(by_gdal, tmp_path):
    no_data = (42113, "s", 0, "0", True)
    tifffile.imwrite(tmp_path / "a.tif", np.ones((8, 6), np.uint8), metadata=None, extratags=[no_data] * by_gdal)
    with tifffile.TiffFile(tmp_path / "a.tif", mode="r+b") as tiff:
        for name in ("StripOffsets", "StripByteCounts"):  # as libtiff leaves them where no strip was written
            tiff.pages.first.tags[name].overwrite(0)
    if by_gdal:
        assert not read_pixels(tmp_path / "a.tif").any()
    else:
        with pytest.raises(ValueError, match="holds no pixels, as where OpenCV failed to write a file; save it anew"):
            read_header(tmp_path / "a.tif")
