"""PNG, JPEG, GIF and BMP: what Pillow and libpng write is what is read, in every mode and depth."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from custom.files import check_intensities, pictures, read_header, read_image, read_label, read_pixels
from custom.files.png import encode_numbers, read_png

SIZE = (24, 40)
RNG = np.random.default_rng(0)
GREYS, COLOURS = [0, 0, 0, 90, 90, 90, 255, 255, 255], [0, 0, 0, 255, 0, 0, 0, 255, 0]


def noise(shape: tuple[int, ...], dtype: Any = np.uint8) -> NDArray[Any]:
    if dtype is bool:
        return RNG.random(shape) > 0.5
    return RNG.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write_png(
    path: Path, size: tuple[int, int], data: bytes, *, bits: int, colour: int, interlaced: int = 0, **chunks: bytes
) -> None:
    """A PNG of rows that are not filtered; further chunks stand before the pixels."""
    head = struct.pack(">IIBBBBB", size[1], size[0], bits, colour, 0, 0, interlaced)
    row = len(data) // size[0]
    rows = b"".join(b"\0" + data[place * row : (place + 1) * row] for place in range(size[0]))
    extra = b"".join(chunk(name.encode(), content) for name, content in chunks.items())
    pixels = chunk(b"IDAT", zlib.compress(rows))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + pixels + chunk(b"IEND", b""))


@pytest.mark.parametrize(("colour", "samples", "channels"), [(0, 1, 1), (2, 3, 3), (4, 2, 1), (6, 4, 3)])
@pytest.mark.parametrize("bits", [8, 16])
def test_png_keeps_all_bits_and_drops_alpha(bits, colour, samples, channels, tmp_path):
    path = tmp_path / "a.png"
    values = noise((*SIZE, samples), np.uint8 if bits == 8 else np.uint16)
    write_png(path, SIZE, values.astype(values.dtype.newbyteorder(">")).tobytes(), bits=bits, colour=colour)
    assert np.array_equal(imagecodecs.png_decode(path.read_bytes()).reshape(values.shape), values)
    read = read_image(path)
    assert (read.header.channels, read.header.alpha) == (channels, samples in (2, 4))
    assert read.values.dtype == read.header.dtype == values.dtype
    assert np.array_equal(read.values, values[..., :channels] if channels > 1 else values[..., 0])


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_png_of_few_bits_is_read_as_viewers_show_it(bits, tmp_path):
    values = RNG.integers(0, 2**bits, (8, 16))
    digits = (values[..., None] >> np.arange(bits)[::-1]) & 1
    write_png(tmp_path / "a.png", (8, 16), np.packbits(digits.reshape(8, -1), axis=1).tobytes(), bits=bits, colour=0)
    wanted = values > 0 if bits == 1 else values * 255 // (2**bits - 1)
    assert np.array_equal(read_pixels(tmp_path / "a.png"), wanted)


def test_an_interlaced_png_is_read_but_refused_with_16_bits_a_channel(tmp_path, capfd):
    write_png(tmp_path / "one.png", (1, 1), b"\x07\x08\x09", bits=8, colour=2, interlaced=1)
    assert read_pixels(tmp_path / "one.png").tolist() == [[[7, 8, 9]]]
    write_png(tmp_path / "deep.png", (1, 1), b"\0\1\0\2\0\3", bits=16, colour=2, interlaced=1)
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match="is an interlaced PNG of 16 bits a channel; save it without interlacing"):
            read(tmp_path / "deep.png")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("shape", [(5, 7, 3), (5, 7)])
def test_texts_and_profiles_that_pillow_refuses_for_their_size_are_passed_by(shape, tmp_path):
    values, content, told = np.random.default_rng(0).integers(0, 255, shape, np.uint8), BytesIO(), PngInfo()
    for text in ("x" * 2**21, "y" * 2**21):
        told.add_text("note", text, zip=True)
    Image.fromarray(values).save(content, "PNG", pnginfo=told)
    profile = b"icc\0\0" + zlib.compress(bytes(2**21))
    start = content.getvalue()
    (tmp_path / "a.png").write_bytes(start[:33] + chunk(b"iCCP", profile) + start[33:])
    with pytest.raises(ValueError, match="Decompressed data too large"):
        Image.open(tmp_path / "a.png")
    assert read_header(tmp_path / "a.png").size == shape[:2]
    assert np.array_equal(read_pixels(tmp_path / "a.png"), values)


def test_a_photograph_of_a_phone_that_is_called_jpeg_is_told_from_a_broken_one(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"\0\0\0\x18ftypheic" + bytes(300))
    with pytest.raises(ValueError, match="^is HEIC, AVIF or a film, which is not read; save it as PNG or TIFF$"):
        read_header(tmp_path / "a.jpg")


def test_what_follows_the_end_of_a_png_is_no_part_of_it(tmp_path):
    values = noise(SIZE)
    Image.fromarray(values).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes() + b"appended by another program" * 9)
    assert np.array_equal(read_pixels(tmp_path / "a.png"), values)


MODES = {
    ".png": ("1", "L", "LA", "RGB", "RGBA", "I;16"),
    ".bmp": ("1", "L", "RGB", "RGBA"),
    ".gif": ("1", "L"),
    ".jpg": ("L", "RGB"),
    ".webp": ("RGB", "RGBA"),
}


@pytest.mark.parametrize(("suffix", "mode"), [(suffix, mode) for suffix, modes in MODES.items() for mode in modes])
def test_every_mode_of_pillow_is_read_as_pillow_reads_it(suffix, mode, tmp_path):
    grey = np.kron(noise((3, 5)), np.ones((8, 8), np.uint8))
    picture = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    picture.save(tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as stored:
        bands = len([band for band in stored.getbands() if band != "A"])
        wanted = np.asarray(stored.convert("L") if stored.mode == "P" else stored)
    wanted = wanted[..., :bands] if wanted.ndim == 3 else wanted
    wanted = wanted[..., 0] if wanted.ndim == 3 and bands == 1 else wanted
    read = read_image(tmp_path / f"a{suffix}")
    assert read.header.channels == bands
    assert np.array_equal(read.values, wanted)
    assert read.values.dtype == read.header.dtype


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_exif_turns_a_picture_as_viewers_do(suffix, orientation, tmp_path):
    picture = Image.fromarray(np.kron(noise((3, 5, 3)), np.ones((8, 8, 1), np.uint8)))
    picture.getexif()[274] = orientation
    picture.save(tmp_path / f"a{suffix}", exif=picture.getexif())
    with Image.open(tmp_path / f"a{suffix}") as stored:
        wanted = np.asarray(ImageOps.exif_transpose(stored))
    assert read_header(tmp_path / f"a{suffix}").size == wanted.shape[:2]
    assert np.array_equal(read_pixels(tmp_path / f"a{suffix}"), wanted)


def test_exif_behind_the_pixels_of_a_png_turns_its_header_too(tmp_path):
    picture = Image.fromarray(noise((*SIZE, 3)))
    picture.getexif()[274] = 6
    picture.save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    end = content.index(b"IEND") - 4
    exif = chunk(b"eXIf", picture.getexif().tobytes().removeprefix(b"Exif\0\0"))
    (tmp_path / "a.png").write_bytes(content[:end] + exif + content[end:])
    with Image.open(tmp_path / "a.png") as stored:
        wanted = np.asarray(ImageOps.exif_transpose(stored))
    assert read_header(tmp_path / "a.png").size == wanted.shape[:2] == SIZE[::-1]
    assert np.array_equal(read_pixels(tmp_path / "a.png"), wanted)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [2, 4])
def test_a_label_that_is_drawn_in_its_alpha_channel_alone_is_no_empty_one(channels, suffix, tmp_path):
    values = np.zeros((*SIZE, channels), np.uint8)
    values[4:9, 5:20, -1] = 255
    Image.fromarray(values, "LA" if channels == 2 else "RGBA").save(tmp_path / f"a{suffix}")
    with pytest.raises(ValueError, match="is drawn in its alpha channel alone, which is dropped; save it as grey without"):
        read_label(tmp_path / f"a{suffix}")
    assert not read_pixels(tmp_path / f"a{suffix}").any()
    values[..., -1] = 255
    Image.fromarray(values, "LA" if channels == 2 else "RGBA").save(tmp_path / f"a{suffix}")
    assert not read_label(tmp_path / f"a{suffix}").values.any()


@pytest.mark.parametrize("suffix", [".png", ".gif", ".bmp"])
def test_a_palette_of_greys_is_looked_up_and_one_of_colours_holds_classes(suffix, tmp_path):
    values = RNG.integers(0, 3, SIZE).astype(np.uint8)
    for name, palette in (("grey", GREYS), ("colour", COLOURS)):
        picture = Image.fromarray(values)
        picture.putpalette(palette)
        picture.save(tmp_path / f"{name}{suffix}", optimize=False)
    assert np.array_equal(read_pixels(tmp_path / f"grey{suffix}"), np.array(GREYS[::3])[values])
    check_intensities(read_header(tmp_path / f"grey{suffix}"))
    assert np.array_equal(read_pixels(tmp_path / f"colour{suffix}"), values)
    with pytest.raises(ValueError, match="holds colours of a palette, not intensities; save it as grey or RGB"):
        check_intensities(read_header(tmp_path / f"colour{suffix}"))


@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_a_mask_that_only_the_transparency_of_a_palette_shows_is_no_empty_one(suffix, tmp_path):
    values = np.zeros(SIZE, np.uint8)
    for drawn in (False, True):
        values[4:9, 5:20] = drawn
        picture = Image.fromarray(values)
        picture.putpalette([255] * 6)
        picture.save(tmp_path / f"a{suffix}", transparency=0, optimize=False)
        if not drawn:
            assert (read_label(tmp_path / f"a{suffix}").values == 255).all()
    with pytest.raises(ValueError, match="its palette shows all of its numbers as one grey, so that nothing is drawn; save it"):
        read_label(tmp_path / f"a{suffix}")


def test_a_jpeg_of_inks_holds_no_intensities(tmp_path):
    Image.fromarray(noise((*SIZE, 3))).convert("CMYK").save(tmp_path / "a.jpg")
    with pytest.raises(ValueError, match=r"holds inks \(CMYK\), not intensities; save it as grey or RGB"):
        check_intensities(read_header(tmp_path / "a.jpg"))


@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_an_animation_is_refused_by_the_number_of_its_frames(suffix, tmp_path):
    frames = [Image.fromarray(noise(SIZE)) for _ in range(3)]
    frames[0].save(tmp_path / f"a{suffix}", save_all=True, append_images=frames[1:])
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match="holds 3 frames; save each as a file of its own"):
            read(tmp_path / f"a{suffix}")


def test_of_the_pictures_of_a_phone_the_first_is_read(tmp_path):
    frames = [Image.fromarray(np.kron(noise((3, 5, 3)), np.ones((8, 8, 1), np.uint8))) for _ in range(2)]
    frames[0].save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=frames[1:])
    with Image.open(tmp_path / "a.jpg") as stored:
        assert stored.format == "MPO"
        wanted = np.asarray(stored)
    assert np.array_equal(read_pixels(tmp_path / "a.jpg"), wanted)


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "WEBP", "GIF"])
def test_a_picture_of_another_format_than_its_name_says_is_read(kind, tmp_path):
    Image.fromarray(noise(SIZE)).save(tmp_path / "a.png", format=kind)
    with Image.open(tmp_path / "a.png") as stored:
        wanted = np.asarray(stored.convert("L" if stored.mode == "P" else stored.mode))
    assert np.array_equal(read_pixels(tmp_path / "a.png"), wanted)


def test_a_png_that_claims_a_million_times_a_million_pixels_is_refused_before_it_is_decoded(tmp_path):
    head = struct.pack(">IIBBBBB", 1_000_000, 1_000_000, 8, 0, 0, 0, 0)
    end = chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + end)
    assert (tmp_path / "a.png").stat().st_size < 1000
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match=r"claims 1000000×1000000 pixels, .* GiB in memory, too many here.*; crop it"):
            read(tmp_path / "a.png")


def test_a_picture_of_more_pixels_than_pillow_likes_is_taken_by_many_threads_and_pillows_limit_stays(tmp_path):
    limit = Image.MAX_IMAGE_PIXELS
    Image.new("1", (13500, 13500)).save(tmp_path / "a.png")

    def size(_: int) -> tuple[int, ...]:
        with (tmp_path / "a.png").open("rb") as file:
            return pictures.header(file).size

    with ThreadPoolExecutor(4) as threads:
        images = list(threads.map(size, range(16)))
    assert images == [(13500, 13500)] * 16
    assert limit == Image.MAX_IMAGE_PIXELS


def test_a_header_is_read_without_decoding_a_pixel(tmp_path):
    for name, options in (("a.png", {"bits": 8, "colour": 3, "PLTE": bytes(GREYS)}), ("b.png", {"bits": 8, "colour": 0})):
        write_png(tmp_path / name, SIZE, noise(SIZE).tobytes(), **options)
        content = (tmp_path / name).read_bytes()
        place = content.index(b"IDAT") + 4
        (tmp_path / name).write_bytes(content[:place] + b"no pixels" + content[place + 9 :])
        assert read_header(tmp_path / name).size == SIZE
        with pytest.raises(ValueError):
            read_pixels(tmp_path / name)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_png_with_a_wrong_byte_is_never_read_as_another(dtype, tmp_path, capfd):
    values = noise((*SIZE, 3), dtype)
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(values))
    whole = (tmp_path / "a.png").read_bytes()
    for place in range(33, len(whole), 29):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x55
        (tmp_path / "b.png").write_bytes(bytes(spoiled))
        try:
            assert np.array_equal(read_pixels(tmp_path / "b.png"), values), place
        except ValueError as error:
            assert "\n" not in str(error)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".bmp"])
def test_a_cut_at_any_byte_is_one_line(suffix, tmp_path, capfd):
    Image.fromarray(noise((*SIZE, 3)) if suffix != ".gif" else noise(SIZE)).save(tmp_path / f"a{suffix}")
    whole = (tmp_path / f"a{suffix}").read_bytes()
    for size in range(1, len(whole) - 8, 61):
        (tmp_path / f"b{suffix}").write_bytes(whole[:size])
        with pytest.raises(ValueError) as error:
            read_pixels(tmp_path / f"b{suffix}")
        assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_numbers_of_colours_are_read_back_with_their_colours():
    values, colours = noise(SIZE), noise((256, 3))
    content = encode_numbers(values, colours)
    picture = Image.open(BytesIO(content))
    assert read_png(BytesIO(content), pixels=True)
    assert (np.asarray(picture) == values).all()
    assert (np.asarray(picture.convert("RGB")) == colours[values]).all()


@pytest.mark.parametrize("shown", [0, 128])
@pytest.mark.parametrize("name", ["a.png", "a.tif", "grey.png"])
def test_a_label_whose_transparent_pixels_hide_numbers_is_refused(name, shown, tmp_path):
    mask = np.zeros((6, 8), bool)
    mask[2:4, 3:6] = True
    grey = np.where(mask, shown, 255).astype(np.uint8)  # an object on what is white, but not to be seen
    bands = [grey] * (1 if name == "grey.png" else 3)
    Image.fromarray(np.dstack([*bands, np.where(mask, 255, 0).astype(np.uint8)])).save(tmp_path / name)
    with pytest.raises(ValueError, match="has transparent pixels that are not black, the background; save it as grey without"):
        read_label(tmp_path / name)
    assert np.array_equal(read_image(tmp_path / name).values, grey if len(bands) == 1 else np.dstack(bands))
    faint = np.where(mask, 128, 0).astype(np.uint8)  # white on nothing, half transparent
    Image.fromarray(np.dstack([*[np.where(mask, 255, 0).astype(np.uint8)] * len(bands), faint])).save(tmp_path / name)
    assert np.array_equal(read_label(tmp_path / name).values, mask * 255)
