"""Values of pixels: what the header says of them is heeded, and compression changes none."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder
from pydicom.uid import (
    JPEG2000,
    MPEG2MPML,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from custom.files.dicom import read_series


def noise(low: int = 0, high: int = 1000) -> np.ndarray:
    return np.random.default_rng(1).integers(low, high, (4, 6, 8))


def change_each(folder: Path, change: Callable[[Any], object]) -> Path:
    for path in folder.glob("*.dcm"):
        image = pydicom.dcmread(path)
        change(image)
        image.save_as(path)
    return folder


def stored(values: np.ndarray, dtype: str, bits: int = 16) -> Callable[[Any], None]:
    """Puts the slices of (slices, rows, columns) into the images of a series, as `dtype`."""

    def change(image: Any) -> None:
        image.PixelRepresentation, image.BitsStored, image.HighBit = int("i" in dtype), bits, bits - 1
        image.PixelData = values[image.InstanceNumber - 1].astype(dtype).tobytes()

    return change


def compressed(image: Any, frame: bytes, syntax: str) -> None:
    image.PixelData = encapsulate([frame])
    image["PixelData"].is_undefined_length = True
    image.file_meta.TransferSyntaxUID = syntax


def by_imagecodecs(image: Any) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    compressed(image, imagecodecs.ljpeg_encode(image.pixel_array, bitspersample=16), JPEGLossless)


def by_imagecodecs_sv1(image: Any) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    compressed(image, imagecodecs.ljpeg_encode(image.pixel_array, bitspersample=16), JPEGLosslessSV1)


LOSSLESS: dict[str, Callable[[Any], object]] = {
    "RLE": lambda image: image.compress(RLELossless),
    "JPEG-LS": lambda image: image.compress(JPEGLSLossless),
    "JPEG 2000": lambda image: image.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg"),
    "JPEG lossless": by_imagecodecs,
    "JPEG lossless SV1": by_imagecodecs_sv1,
}


@pytest.mark.parametrize("compression", LOSSLESS)
def test_compression_without_loss_gives_the_same_voxels(write_series, compression):
    folder = write_series(np.random.default_rng(1).integers(0, 4000, (3, 40, 48)))
    plain = read_series(folder).voxels
    assert np.array_equal(read_series(change_each(folder, LOSSLESS[compression])).voxels, plain)


def test_baseline_jpeg_is_read_within_its_loss(write_series):
    values = np.repeat(np.arange(4)[:, None, None] * 60, 16, axis=1).repeat(16, axis=2) + np.arange(16)

    def to_jpeg(image: Any) -> None:
        file = io.BytesIO()
        Image.fromarray(values[image.InstanceNumber - 1].astype(np.uint8)).save(file, "JPEG", quality=100)
        image.BitsAllocated, image.BitsStored, image.HighBit = 8, 8, 7
        compressed(image, file.getvalue(), JPEGBaseline8Bit)

    assert np.abs(read_series(change_each(write_series(values), to_jpeg)).voxels - values.T).max() <= 2


@pytest.mark.parametrize(
    ("syntax", "packages"),
    [(JPEGBaseline8Bit, "pylibjpeg pylibjpeg-libjpeg"), (JPEG2000, "pylibjpeg pylibjpeg-openjpeg")],
)
def test_a_missing_decoder_is_named_with_the_package_that_brings_it(write_series, monkeypatch, syntax, packages):
    folder = change_each(write_series(noise()), lambda image: compressed(image, b"\xff\xd8\xff\xd9", syntax))
    monkeypatch.setattr(get_decoder(syntax), "_available", {})  # as without the packages
    with pytest.raises(ValueError, match=f"IM0.*compressed as JPEG.*cannot be decoded here; pip install {packages}, or"):
        read_series(folder)


def test_a_compression_that_nothing_decodes_is_named(write_series):
    folder = change_each(write_series(noise()), lambda image: compressed(image, b"film", MPEG2MPML))
    with pytest.raises(ValueError, match="compressed as MPEG2 .*, which cannot be decoded here; decompress it"):
        read_series(folder)


def test_bits_above_those_stored_are_no_part_of_the_values(write_series):
    values = noise(high=4096)
    folder = change_each(write_series(values), stored(values | 0x5000, "<u2", bits=12))
    assert np.array_equal(read_series(folder).voxels, values.T)


@pytest.mark.parametrize(
    ("rescale", "slope", "intercept"),
    [({"RescaleSlope": 2}, 2, 0), ({"RescaleIntercept": -5}, 1, -5), ({"RescaleSlope": "", "RescaleIntercept": ""}, 1, 0)],
)
def test_a_slope_or_an_intercept_alone_is_heeded_too(rescale, slope, intercept, write_series):
    values = noise()
    assert np.array_equal(read_series(write_series(values, **rescale)).voxels, (values * slope + intercept).T)


@pytest.mark.parametrize(("bits", "dtype"), [(16, "<u2"), (12, "<u2"), (16, "<i2"), (12, "<i2")])
def test_monochrome1_equals_the_series_as_monochrome2(write_series, bits, dtype):
    lowest, highest = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if "i" in dtype else (0, 2**bits - 1)
    values = noise(max(lowest, -200), 1000)
    values[0, 0, :2] = lowest, highest
    folder = write_series(values, RescaleSlope=2, RescaleIntercept=-5)
    upright = read_series(change_each(folder, stored(values, dtype, bits))).voxels

    def invert(image: Any) -> None:
        image.PhotometricInterpretation = "MONOCHROME1"
        stored(lowest + highest - values, dtype, bits)(image)

    assert np.array_equal(upright, (values * 2 - 5).T)
    assert np.array_equal(read_series(change_each(folder, invert)).voxels, upright)


# What is declared as padding, how the pixels are stored, and the values that are padding.
PADDINGS: dict[str, tuple[str, list[tuple[str, str, int]], list[int]]] = {
    "a value": ("<u2", [("PixelPaddingValue", "US", 65535)], [65535]),
    "zero": ("<u2", [("PixelPaddingValue", "US", 0)], [0]),
    "signed": ("<i2", [("PixelPaddingValue", "SS", -32768)], [-32768]),
    "signed, written as unsigned": ("<i2", [("PixelPaddingValue", "US", 32768)], [-32768]),
    "a range": ("<u2", [("PixelPaddingValue", "US", 3500), ("PixelPaddingRangeLimit", "US", 3000)], [3500, 3000, 3200]),
    "a signed range": ("<i2", [("PixelPaddingValue", "SS", -2000), ("PixelPaddingRangeLimit", "SS", -1900)], [-2000, -1900]),
}
BORDER = np.zeros((4, 6, 8), bool)
BORDER[:, :2] = BORDER[:, :, 6:] = True


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
@pytest.mark.parametrize("padding", PADDINGS)
def test_padding_becomes_the_least_of_the_other_voxels(write_series, padding, photometric):
    dtype, elements, values = PADDINGS[padding]
    voxels = noise(50, 900)
    inner = 65535 - voxels if photometric == "MONOCHROME1" and dtype == "<u2" else voxels
    inner = -1 - voxels if photometric == "MONOCHROME1" and dtype == "<i2" else inner
    folder = change_each(
        write_series(voxels, RescaleSlope=3, RescaleIntercept=-7, PhotometricInterpretation=photometric),
        stored(np.where(BORDER, np.resize(values, BORDER.shape), inner), dtype),
    )
    for keyword, vr, value in elements:
        change_each(folder, lambda image, keyword=keyword, vr=vr, value=value: image.add_new(keyword, vr, value))
    rescaled = voxels * 3 - 7
    assert np.array_equal(read_series(folder).voxels, np.where(BORDER, rescaled[~BORDER].min(), rescaled).T)


def test_nothing_but_padding_is_refused(write_series):
    folder = change_each(write_series(np.full((3, 4, 4), 9)), lambda image: image.add_new("PixelPaddingValue", "US", 9))
    with pytest.raises(ValueError, match="all voxels are padding; export"):
        read_series(folder)


def lossless_jpeg(values: np.ndarray, bits: int, wraps: bool) -> bytes:
    """Lossless JPEG (ITU-T T.81, process 14, selection value 1), each category coded by its number in 5 bits.

    With `wraps` a difference is the shortest way round all numbers of so many bits: of 8 bits 10 follows 200 by 66.
    """
    range_, digits = 2**bits, ""
    for y, row in enumerate(values.tolist()):
        before = values[y - 1, 0].item() if y else range_ // 2
        for value in row:
            step = value - before
            step = (step + range_ // 2) % range_ - range_ // 2 if wraps else step
            before, category = value, abs(step).bit_length()
            digits += f"{category:05b}"
            digits += format(step if step > 0 else step + 2**category - 1, f"0{category}b") if category else ""
    digits += "1" * (-len(digits) % 8)
    stream = bytes(int(digits[place : place + 8], 2) for place in range(0, len(digits), 8)).replace(b"\xff", b"\xff\0")
    table = bytes([0, 0, 0, 0, 0, 17, *[0] * 11, *range(17)])
    frame = struct.pack(">HBHHB", 11, bits, *values.shape, 1) + b"\1\x11\0"
    head = b"\xff\xd8\xff\xc3" + frame + b"\xff\xc4" + struct.pack(">H", 2 + len(table)) + table
    whole = head + b"\xff\xda\0\x08\1\1\0\1\0\0" + stream + b"\xff\xd9"
    return whole + b"\0" * (len(whole) % 2)


@pytest.mark.parametrize("wraps", [False, True])
@pytest.mark.parametrize("bits", [8, 12, 14, 15])
def test_differences_of_lossless_jpeg_may_go_round_and_no_optional_package_is_needed(write_series, monkeypatch, bits, wraps):
    monkeypatch.setattr(get_decoder(JPEGLosslessSV1), "_available", {})
    values = noise(0, 2**bits)

    def change(image: Any) -> None:
        image.BitsStored, image.HighBit = bits, bits - 1
        compressed(image, lossless_jpeg(image.pixel_array, bits, wraps), JPEGLosslessSV1)

    assert np.array_equal(read_series(change_each(write_series(values), change)).voxels, values.T)


def by_jpeg_ls(image: Any) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    compressed(image, bytes(imagecodecs.jpegls_encode(image.pixel_array)), JPEGLSLossless)


def by_jpeg_2000(image: Any) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    frame = imagecodecs.jpeg2k_encode(image.pixel_array, level=0, reversible=True, codecformat="j2k", bitspersample=16)
    compressed(image, bytes(frame), JPEG2000Lossless)


WHOLE_CELLS: dict[str, Callable[[Any], object]] = {
    "RLE": LOSSLESS["RLE"],
    "JPEG-LS": by_jpeg_ls,
    "JPEG 2000": by_jpeg_2000,
    "JPEG lossless": by_imagecodecs,
}


@pytest.mark.parametrize("compression", WHOLE_CELLS)
@pytest.mark.parametrize("signed", [False, True])
def test_bits_above_those_stored_are_no_part_of_compressed_values(write_series, signed, compression):
    """All 16 bits of a cell are compressed, of which 12 hold the value: above lie overlays, or zeros for a sign."""
    values = noise(-2000, 2000) if signed else noise(0, 4096)

    def change(image: Any) -> None:
        WHOLE_CELLS[compression](image)
        image.PixelRepresentation, image.BitsStored, image.HighBit = int(signed), 12, 11

    folder = change_each(write_series(values & 0xFFF if signed else values | 0x5000), change)
    assert np.array_equal(read_series(folder).voxels, values.T)


def test_a_look_up_table_counts_what_is_stored_also_where_white_is_zero(write_series):
    values, table = noise(0, 4), np.array([0, 100, 1000, 5000])

    def change(image: Any) -> None:
        image.PhotometricInterpretation = "MONOCHROME1"
        lookup = pydicom.Dataset()
        for keyword, content in {"LUTDescriptor": [4, 0, 16], "LUTData": table.tolist()}.items():
            lookup.add_new(keyword, "US", content)
        lookup.ModalityLUTType = "US"
        image.ModalityLUTSequence = pydicom.Sequence([lookup])

    assert np.array_equal(read_series(change_each(write_series(values), change)).voxels, -table[values].T)


@pytest.mark.parametrize("stored", ["32 bits", "intercept"])
def test_large_numbers_that_differ_little_are_refused(write_series, stored):
    def to_large(image: Any) -> None:
        if stored == "intercept":
            image.RescaleIntercept = 2**31
        else:
            values = np.frombuffer(image.PixelData, "<u2").astype("<u4") // 8 + 2**31
            image.BitsAllocated = image.BitsStored = 32
            image.HighBit, image.PixelData = 31, values.tobytes()

    folder = write_series(noise())
    change_each(folder, to_large)
    with pytest.raises(ValueError, match=r"IM0\d+.dcm: holds values from 2147483\d+ to .* subtract the same number"):
        read_series(folder)
