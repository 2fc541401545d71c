"""Small data sets under the names that people give them."""

from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def noise(seed: int, size: tuple[int, ...] = (48, 40)) -> NDArray[np.uint8]:
    """An image of noise."""
    return np.random.default_rng(seed).integers(0, 200, size).astype(np.uint8)


def disc(seed: int, value: int = 255, size: tuple[int, int] = (48, 40)) -> NDArray[np.uint8]:
    """A mask of a disc somewhere."""
    row, column = np.random.default_rng(seed).integers(10, 30, 2)
    rows, columns = np.indices(size)
    return ((np.hypot(rows - row, columns - column) < 8) * value).astype(np.uint8)


def save(array: NDArray, path: Path) -> None:
    """Writes a picture, or a volume of 1 mm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name.endswith(".nii.gz"):
        nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), path)
    else:
        Image.fromarray(array).save(path)


def pairs(root: Path, image: str, label: str, number: int = 6) -> None:
    """Images and masks, of whose names `{}` is the number."""
    for n in range(1, number + 1):
        save(noise(n), root / image.format(n))
        save(disc(n), root / label.format(n))


def photographs(root: Path, number: int = 6) -> None:
    """The names of DRIVE: TIFF photographs, truth and field of view as GIF, in training and test."""
    rows, columns = np.indices((64, 60))
    field = (np.hypot(rows - 32, columns - 30) < 29).astype(np.uint8)
    for part, first in (("training", 21), ("test", 1)):
        for n in range(first, first + number):
            vessels = (np.abs(np.sin((rows + columns * (n % 5)) / 9)) < 0.15).astype(np.uint8) * field
            colour = noise(n, (64, 60, 3)) // 8 + 100 - 60 * vessels[..., None]
            save(colour * field[..., None], root / part / "images" / f"{n:02}_{part}.tif")
            save(vessels * 255, root / part / "1st_manual" / f"{n:02}_manual1.gif")
            save(field * 255, root / part / "mask" / f"{n:02}_{part}_mask.gif")


def cells(root: Path, number: int = 4) -> None:
    """Numbered discs on a grid, some of which touch, in 16 bits."""
    for n in range(number):
        rows, columns = np.indices((96, 96))
        place = rows // 16 * 6 + columns // 16
        inside = (np.hypot(rows % 16 - 8, columns % 16 - 8) < 8.5) & (np.random.default_rng(n).random(36)[place] < 0.6)
        save(np.where(inside, 150, 30).astype(np.uint8) + noise(n, (96, 96)) // 10, root / "images" / f"{n}.png")
        numbers = np.unique(place[inside], return_inverse=True)[1] + 1
        instances = np.zeros((96, 96), np.uint16)
        instances[inside] = numbers
        save(instances, root / "masks" / f"{n}.png")


def classes(root: Path, number: int = 6) -> None:
    """Coloured TIFF images with three classes."""
    for n in range(number):
        label = disc(n, 1) + disc(n + 50, 1)
        save(np.stack([label * 60, 90 - label * 30, noise(n) // 4], -1).astype(np.uint8), root / "img" / f"{n}.tif")
        save(label, root / "gt" / f"{n}.png")


def volumes(root: Path, number: int = 4) -> None:
    """NIfTI volumes under the names of nnU-Net."""
    for n in range(number):
        label = np.stack([disc(n + z, 1) for z in range(5)], -1)
        image = label * 80 + noise(n, (48, 40, 5)) // 4
        save(image.astype(np.uint8), root / "imagesTr" / f"la_{n:03}_0000.nii.gz")
        save(label, root / "labelsTr" / f"la_{n:03}.nii.gz")
        save(image.astype(np.uint8), root / "imagesTs" / f"la_{n + 50:03}_0000.nii.gz")


def frames_and_films(root: Path, number: int = 4) -> None:
    """Flat NIfTI files of single frames among others of films, as ultrasound of the heart has them."""
    for n in range(number):
        for name, size in (("frame", (48, 40)), ("film", (48, 40, 3))):
            mask = disc(n, 1).reshape(48, 40, *[1] * (len(size) - 2)) * np.ones(size, np.uint8)
            save(mask * 80 + noise(n, size) // 4, root / f"p{n}/p{n}_{name}.nii.gz")
            save(mask, root / f"p{n}/p{n}_{name}_gt.nii.gz")
