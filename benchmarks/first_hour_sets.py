"""Sets of images as people have them, made on the spot for `first_hour.py`: small, seeded, and easy enough to be learnt."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nibabel
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

NEW = 4  # images to predict


class Made(NamedTuple):
    """A set on the disk.

    Attributes:
        data: the folder to train on.
        new: the folder to predict.
        truth: of each image in `new` its labels as `<name>.npy`, with the axes of the file, kept to judge the predictions.
    """

    data: Path
    new: Path
    truth: Path


def made_in(folder: Path, *folders: str) -> Made:
    """The set in a folder, with new folders for its files."""
    made = Made(folder / "mine", folder / "new", folder / "truth")
    for place in (*made, *(made.data / name for name in folders)):
        place.mkdir(parents=True, exist_ok=True)
    return made


def blobs(rng: np.random.Generator, size_px: tuple[int, ...], radius_px: float, number: int) -> NDArray[np.int32]:
    """Round objects 1, 2 … on background 0; later ones lie on earlier ones."""
    places = np.indices(size_px)
    labels = np.zeros(size_px, np.int32)
    for label in range(1, number + 1):
        centre = [rng.uniform(0, side) for side in size_px]
        distance = sum(((place - middle) ** 2 for place, middle in zip(places, centre, strict=True)), np.zeros(size_px))
        labels[distance < (radius_px * rng.uniform(0.6, 1.4)) ** 2] = label
    return labels


def pictured(rng: np.random.Generator, bright: NDArray[Any], noise: float = 12) -> NDArray[np.uint8]:
    """A picture with a shaded background and noise, of how bright its parts are."""
    shade = ndimage.gaussian_filter(rng.normal(0, 400, bright.shape[:2]), 20)
    shade = shade if bright.ndim == 2 else shade[..., None]
    return (70 + bright + shade + rng.normal(0, noise, bright.shape)).clip(0, 255).astype(np.uint8)


def grey(folder: Path, number: int, rng: np.random.Generator) -> Made:
    """Grey PNG of odd sizes, each with a mask of 0 and 255 beside it, `scan_01.png` and `scan_01_mask.png`."""
    made = made_in(folder)
    for index in range(number + NEW):
        size = (int(rng.integers(97, 141)), int(rng.integers(89, 131)))
        mask = blobs(rng, size, 14, 4) > 0
        place = made.data if index < number else made.new
        Image.fromarray(pictured(rng, 60.0 * mask)).save(place / f"scan_{index:02}.png")
        if index < number:
            Image.fromarray(mask.astype(np.uint8) * 255).save(place / f"scan_{index:02}_mask.png")
        else:
            np.save(made.truth / f"scan_{index:02}.npy", mask)
    return made


def colour(folder: Path, number: int, rng: np.random.Generator) -> Made:
    """RGB TIFF in `images/` with masks of the classes 0, 1 and 2 in `labels/`."""
    made = made_in(folder, "images", "labels")
    for index in range(number + NEW):
        kinds = blobs(rng, (128, 120), 15, 5)
        mask = np.where(kinds > 0, kinds % 2 + 1, 0).astype(np.uint8)
        bright = np.stack([80.0 * (mask == 1), 80.0 * (mask == 2), 20.0 * (mask > 0)], axis=-1)
        image = (made.data / "images" if index < number else made.new) / f"tissue_{index:02}.tif"
        tifffile.imwrite(image, pictured(rng, bright), photometric="rgb")
        if index < number:
            tifffile.imwrite(made.data / "labels" / f"tissue_{index:02}.tif", mask)
        else:
            np.save(made.truth / f"tissue_{index:02}.npy", mask)
    return made


def instances(folder: Path, number: int, rng: np.random.Generator) -> Made:
    """Grey pictures of cells that touch in `images/`, a number for each cell in `instances/`, 16 bits."""
    made = made_in(folder, "images", "instances")
    for index in range(number + NEW):
        cells = blobs(rng, (128, 128), 11, 12)
        edge = ndimage.maximum_filter(cells, 3) != ndimage.minimum_filter(cells, 3)
        image = (made.data / "images" if index < number else made.new) / f"cells_{index:02}.png"
        Image.fromarray(pictured(rng, 70.0 * (cells > 0) - 40.0 * (edge & (cells > 0)))).save(image)
        if index < number:
            Image.fromarray(cells.astype(np.uint16)).save(made.data / "instances" / f"cells_{index:02}.png")
        else:
            np.save(made.truth / f"cells_{index:02}.npy", cells)
    return made


def volumes(folder: Path, number: int, rng: np.random.Generator) -> Made:
    """NIfTI volumes in `images/` with masks in `labels/`, 2 mm apart between slices."""
    made = made_in(folder, "images", "labels")
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    for index in range(number + NEW):
        mask = blobs(rng, (96, 88, 10), 13, 3) > 0
        values = (100 + 120 * mask + rng.normal(0, 25, mask.shape)).astype(np.float32)
        image = (made.data / "images" if index < number else made.new) / f"subject_{index:02}.nii.gz"
        nibabel.save(nibabel.Nifti1Image(values, affine), image)
        if index < number:
            nibabel.save(nibabel.Nifti1Image(mask.astype(np.uint8), affine), made.data / "labels" / image.name)
        else:
            np.save(made.truth / f"subject_{index:02}.npy", mask)
    return made


def photographs(folder: Path, number: int, rng: np.random.Generator) -> Made:
    """Photographs with thin dark lines, named as DRIVE's: TIFF, GIF truth, and GIF masks of a round field of view."""
    made = made_in(folder, "images", "1st_manual", "mask")
    rows, columns = np.indices((146, 142))
    field = np.hypot(rows - 72.5, columns - 70.5) < 66
    for index in range(21, 21 + number + NEW):
        lines = np.zeros(field.shape, bool)
        for _ in range(6):
            slope, start, bend = rng.uniform(-1, 1), rng.uniform(20, 120), rng.uniform(2, 9)
            lines |= abs(rows - start - slope * (columns - 70) - bend * np.sin(columns / 14)) < rng.uniform(1.2, 2.6)
        bright = np.stack([90.0 - 20 * lines, 30.0 - 55 * lines, -20.0 - 10 * lines], axis=-1)
        picture = pictured(rng, bright, noise=7) * field[..., None].astype(np.uint8)
        new = index >= 21 + number
        tifffile.imwrite((made.new if new else made.data / "images") / f"{index}_training.tif", picture, photometric="rgb")
        if new:
            np.save(made.truth / f"{index}_training.npy", lines & field)
        else:
            Image.fromarray(255 * (lines & field).astype(np.uint8)).save(made.data / "1st_manual" / f"{index}_manual1.gif")
            Image.fromarray(255 * field.astype(np.uint8)).save(made.data / "mask" / f"{index}_training_mask.gif")
    return made


# Each with how many images are made to train on.
SETS: dict[str, tuple[Callable[[Path, int, np.random.Generator], Made], int]] = {
    "grey": (grey, 12),
    "colour": (colour, 12),
    "instances": (instances, 12),
    "volumes": (volumes, 6),
    "photographs": (photographs, 12),
}
