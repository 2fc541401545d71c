"""What the numbers of a TIFF stand for: palettes, alpha anywhere, pages unlike the first, ImageJ's signed numbers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image
from tifffile import PHOTOMETRIC, TiffFile
from tiffs import packed, write_tiff

from custom.files import check_intensities, read_header, read_image, read_label, read_pixels

SIZE = (24, 40)
RNG = np.random.default_rng(0)
CLASSES = RNG.integers(0, 3, SIZE).astype(np.uint8)
GREYS, RED_GREEN = np.array([[0] * 3, [90] * 3, [255] * 3]), np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]])


def noise(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    return RNG.integers(0, np.iinfo(dtype).max, shape, dtype)


def palette(colours: NDArray[Any], unit: int = 257) -> tuple[int, ...]:
    """Entries of a palette of 256 colours, all reds first."""
    return tuple((np.pad(colours, ((0, 256 - len(colours)), (0, 0))).T * unit).ravel().tolist())


def paged(path: Path, *pages: dict[str, Any]) -> Path:
    with tifffile.TiffWriter(path) as writer:
        for page in pages:
            writer.write(**page, metadata=None)
    return path


def test_palettes_of_8_bits_are_told_from_those_of_16(tmp_path):
    """The standard has 16 bits an entry; libtiff's programs take a palette without a larger number for one of 8, too."""
    write_tiff(tmp_path / "grey.tif", SIZE, CLASSES.tobytes(), t262=3, t320=palette(GREYS, 1))
    write_tiff(tmp_path / "colour.tif", SIZE, CLASSES.tobytes(), t262=3, t320=palette(RED_GREEN, 1))
    assert np.array_equal(read_pixels(tmp_path / "grey.tif"), GREYS[CLASSES, 0])
    assert read_header(tmp_path / "colour.tif").palette[:9] == bytes(RED_GREEN.ravel().tolist())


def test_a_palette_of_more_than_256_greys_keeps_their_16_bits(tmp_path):
    values = RNG.integers(0, 300, SIZE).astype(np.uint16)
    ramp = np.tile(np.arange(65536, dtype=np.uint16), (3, 1))
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="palette", colormap=ramp)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)


def test_a_palette_that_shows_all_numbers_alike_is_refused(tmp_path):
    write_tiff(tmp_path / "a.tif", SIZE, CLASSES.tobytes(), t262=3, t320=(0,) * 768)
    with pytest.raises(
        ValueError, match="its palette shows all of its numbers as one grey, so that nothing is drawn; save it as"
    ):
        read_label(tmp_path / "a.tif")


UNLIKE: dict[str, dict[str, Any]] = {
    "another palette": {"data": CLASSES, "photometric": "palette", "colormap": np.reshape(palette(GREYS[::-1]), (3, 256))},
    "no palette": {"data": CLASSES, "photometric": "minisblack"},
    "turned": {
        "data": CLASSES, "photometric": "palette", "colormap": np.reshape(palette(GREYS), (3, 256)),
        "extratags": [(274, "H", 1, 3, True)],
    },
}  # fmt: skip


@pytest.mark.parametrize("second", UNLIKE)
def test_a_page_that_is_shown_otherwise_than_the_first_is_refused(second, tmp_path):
    first: dict[str, Any] = {"data": CLASSES, "photometric": "palette", "colormap": np.reshape(palette(GREYS), (3, 256))}
    path = paged(tmp_path / "a.tif", first, UNLIKE[second])
    assert np.array_equal(read_pixels(f"{path}[0]"), GREYS[CLASSES, 0])
    with pytest.raises(
        ValueError, match="is turned, or shown in other colours, than the first page; save each page as a file of"
    ):
        read_pixels(f"{path}[1]")


def test_pages_where_white_is_zero_and_where_black_is_are_read_as_stored(tmp_path):
    pages = noise((2, *SIZE), np.uint8)
    path = paged(
        tmp_path / "a.tif",
        {"data": pages[0], "photometric": "minisblack"},
        {"data": pages[1], "photometric": "miniswhite"},
    )
    assert np.array_equal(read_pixels(f"{path}[1]"), pages[1])


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_a_mask_packed_as_a_fax_is_true_where_it_is_shown_white(compression, tmp_path):
    mask = RNG.random(SIZE) < 0.3
    Image.fromarray(mask).save(tmp_path / "a.tif", compression=compression, tiffinfo={262: 0})
    with TiffFile(tmp_path / "a.tif") as tiff:
        assert tiff.pages.first.photometric == PHOTOMETRIC.MINISWHITE
        assert not np.array_equal(tiff.pages.first.asarray(), mask)
    with Image.open(tmp_path / "a.tif") as shown:
        assert np.array_equal(read_pixels(tmp_path / "a.tif"), np.asarray(shown))
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), mask)


@pytest.mark.parametrize("planarconfig", ["contig", "separate"])
def test_alpha_is_dropped_wherever_it_stands(planarconfig, tmp_path):
    values = noise((*SIZE, 5), np.uint16)
    tifffile.imwrite(
        tmp_path / "a.tif", values if planarconfig == "contig" else np.moveaxis(values, -1, 0), photometric="rgb",
        planarconfig=planarconfig, extrasamples=["unassalpha", "unspecified"],
    )  # fmt: skip
    assert (read_header(tmp_path / "a.tif").channels, read_header(tmp_path / "a.tif").alpha) == (4, True)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values[..., [0, 1, 2, 4]])


def test_samples_that_are_all_called_alpha_are_channels(tmp_path):
    """As libvips calls each sample of five but red, green and blue; before, the last channel was dropped in silence."""
    values = noise((*SIZE, 5), np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", planarconfig="contig", extrasamples=["unassalpha"] * 2)
    assert (read_header(tmp_path / "a.tif").channels, read_header(tmp_path / "a.tif").alpha) == (5, False)
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), values)


def test_signed_numbers_are_read_from_imagej_which_keeps_them_as_unsigned_ones(tmp_path):
    values = RNG.integers(-1000, 1000, SIZE).astype(np.int16)
    kept, calibration = (values.astype(np.int32) + 32768).astype(np.uint16), "cf=0\nc0=-32768.0\nc1=1.0\nvunit=Gray Value\n"
    options: dict[str, Any] = {"metadata": None, "byteorder": ">", "description": f"ImageJ=1.54f\n{calibration}"}
    tifffile.imwrite(tmp_path / "a.tif", kept, **options)
    read = read_image(tmp_path / "a.tif")
    assert read.values.dtype == read.header.dtype == read_header(tmp_path / "a.tif").dtype == np.int16
    assert np.array_equal(read.values, values)
    tifffile.imwrite(tmp_path / "b.tif", kept, **options | {"description": "ImageJ=1.54f\ncf=0\nc0=0.0\nc1=2.0\n"})
    assert np.array_equal(read_pixels(tmp_path / "b.tif"), kept)  # any other calibration is for people to read


def test_a_palette_of_one_bit_of_8_bits_is_looked_up(tmp_path):
    values = RNG.integers(0, 2, (5, 7))
    write_tiff(tmp_path / "a.tif", (5, 7), packed(values, 1), 1, t262=3, t320=(255, 0, 255, 0, 255, 0))
    check_intensities(read_header(tmp_path / "a.tif"))
    assert np.array_equal(read_pixels(tmp_path / "a.tif"), 255 * (1 - values))
