"""Labels that JPEG, or WebP with loss, may have blurred."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tifffile
from own_sets import disc, noise, save
from PIL import Image

from custom.data import check_dataset
from custom.files import read_header, read_image, read_label
from custom.init.make import make_plan

CLASSES = disc(0, 1) + disc(3, 2)


def write(path: Path, values: np.ndarray, **options) -> Path:
    Image.fromarray(values).save(path, **options)
    return path


LOSSY = {
    "a.jpg": partial(write, quality=100),
    "b.jpg": lambda path, values: write(path, np.dstack([values] * 3), quality=100),
    "a.webp": partial(write, quality=80),
    "with_exif.webp": partial(write, quality=80, exif=Image.Exif()),
    "with_alpha.webp": lambda path, values: write(path, np.dstack([values] * 3 + [255 - values]), quality=80),
    "a.tif": partial(write, compression="jpeg", quality=100),
    "jpeg_called.png": lambda path, values: write(path.with_suffix(".jpg"), values).rename(path),
}
LOSSLESS = {
    "a.png": write,
    "a.webp": partial(write, lossless=True),
    "with_alpha.webp": lambda path, values: write(path, np.dstack([values] * 3 + [255 - values]), lossless=True, exact=True),
    "a.tif": partial(write, compression="tiff_lzw"),
    "j2k.tif": lambda path, values: tifffile.imwrite(
        path, values, compression="jpeg2000", compressionargs={"reversible": True}
    ),
}


@pytest.mark.parametrize("name", LOSSY)
def test_class_numbers_that_were_compressed_with_loss_are_refused(name, tmp_path):
    LOSSY[name](tmp_path / name, CLASSES)
    assert read_header(tmp_path / name).lossy
    assert read_image(tmp_path / name).header.channels in (1, 3)  # intensities may be so
    if np.unique(read_image(tmp_path / name).values).size > 1:  # WebP leaves nothing of so small numbers
        with pytest.raises(ValueError, match=r"is JPEG or WebP with loss, .* save it as PNG from where it was drawn; of"):
            read_label(tmp_path / name)


@pytest.mark.parametrize("name", LOSSLESS)
def test_class_numbers_that_were_compressed_without_loss_are_read(name, tmp_path):
    LOSSLESS[name](tmp_path / name, CLASSES)
    assert not read_header(tmp_path / name).lossy
    assert np.array_equal(read_label(tmp_path / name).values, CLASSES)


def test_black_and_white_that_came_through_jpeg_whole_are_a_mask(tmp_path):
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 8:16] = 255  # whole blocks of 8 × 8
    assert np.array_equal(read_label(write(tmp_path / "a.jpg", mask, quality=100)).values, mask)


@pytest.mark.parametrize("kind", [{"num_classes": 5}, {"instances": True}])
def test_check_and_plan_refuse_them_though_all_numbers_are_below_those_of_the_classes(kind, tmp_path):
    for n in range(4):
        save(noise(n), tmp_path / "images" / f"{n}.png")
        (tmp_path / "masks").mkdir(exist_ok=True)
        write(tmp_path / "masks" / f"{n}.jpg", CLASSES, quality=100)
    problems = check_dataset(tmp_path, in_channels=1, **kind).problems
    assert len(problems) == 4 and all("is JPEG or WebP with loss" in line for line in problems)
    with pytest.raises(ValueError, match=r"0\.jpg: is called a label, but JPEG blurs class numbers"):
        make_plan(str(tmp_path), tmp_path / "plan.json", {}, timed=False)
