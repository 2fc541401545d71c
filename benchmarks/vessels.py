"""Photographs of made vessels in the layout in which DRIVE is served, and the Dice of masks predicted for its test images.

    python benchmarks/vessels.py make DIR            # DIR/training, DIR/test: images/, 1st_manual/, mask/
    python benchmarks/vessels.py score DIR MASKS     # mean Dice of MASKS/<n>_test_mask.tif against DIR/test, whole images

Vessels are trees that branch, bend and thin out; the ground is round, uneven in light, with a bright disc and dark spots.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

SIZE_PX = (584, 565)  # rows, columns
Walker = tuple[float, float, float, float]  # row, column, direction, radius


def vessels(rng: np.random.Generator, disc: tuple[float, float]) -> NDArray[np.float64]:
    """Radius of the vessel at each pixel of its centre line, 0 elsewhere."""
    radii = np.zeros(SIZE_PX)
    open_ends: list[Walker] = [(*disc, angle + rng.normal(0, 0.25), rng.uniform(2.6, 3.8)) for angle in np.arange(0, 6.28, 0.9)]
    while open_ends:
        row, column, angle, radius = open_ends.pop()
        bend = rng.normal(0, 0.012)
        for step in range(int(rng.uniform(50, 120))):
            bend += rng.normal(0, 0.006) - 0.05 * bend
            angle += bend
            row, column = row + np.sin(angle), column + np.cos(angle)
            if not (0 <= row < SIZE_PX[0] and 0 <= column < SIZE_PX[1]):
                break
            radii[int(row), int(column)] = max(radii[int(row), int(column)], radius * (1 - 0.0012 * step))
        else:
            if radius > 0.55:
                share, turn = rng.uniform(0.72, 0.9), rng.uniform(0.3, 0.9) * rng.choice([-1, 1])
                open_ends += [(row, column, angle - 0.25 * turn, radius * share)]
                open_ends += [(row, column, angle + turn, radius * rng.uniform(0.5, 0.8))]
    return radii


def drawn(radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each pixel is vessel, 0 to 1."""
    cover = np.zeros(SIZE_PX)
    levels = np.unique(np.ceil(radii[radii > 0] * 4) / 4)
    for level in levels:
        line = (np.ceil(radii * 4) / 4 == level) & (radii > 0)
        cover = np.maximum(cover, np.clip(level + 0.5 - ndimage.distance_transform_edt(~line), 0, 1))
    return cover


def photograph(seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Photograph (H, W, 3), truth and field of view (H, W), both 0 and 255."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices(SIZE_PX)
    field = np.hypot(rows - 292 + rng.normal(0, 3), columns - 282) < 270
    disc = (292 + rng.normal(0, 25), 282 + rng.choice([-170, 170]) + rng.normal(0, 12))
    cover = drawn(vessels(rng, disc)) * field
    light = 1 + 0.35 * ndimage.zoom(rng.normal(0, 1, (4, 4)), (146, 141.5), order=3)[: SIZE_PX[0], : SIZE_PX[1]]
    light = np.clip(light, 0.45, 1.6) * (1.05 - (np.hypot(rows - 292, columns - 282) / 400) ** 2)
    ground = (
        ndimage.gaussian_filter(rng.normal(0, 1, SIZE_PX), 2.5) * 0.12
        + ndimage.gaussian_filter(rng.normal(0, 1, SIZE_PX), 9) * 0.5
    )
    ground += 0.9 * np.exp(-((np.hypot(rows - disc[0], columns - disc[1]) / 34) ** 4))
    ground -= 0.35 * np.exp(-((np.hypot(rows - 292, columns - 565 + disc[1]) / 45) ** 2))
    for row, column in rng.uniform(60, 500, (rng.integers(0, 14), 2)):  # bleedings and exudates, as wide as vessels
        ground += rng.choice([-0.25, 0.5]) * np.exp(-((np.hypot(rows - row, columns - column) / rng.uniform(2, 6)) ** 2))
    contrast = rng.uniform(0.75, 1.1) * (1 + 0.4 * ndimage.gaussian_filter(rng.normal(0, 1, SIZE_PX), 25) * 25)
    blurred = ndimage.gaussian_filter(cover, 0.9) * np.clip(contrast, 0.4, 1.4)
    colour = np.stack([185 + 35 * ground - 30 * blurred, 92 + 38 * ground - 46 * blurred, 45 + 18 * ground - 12 * blurred], -1)
    picture = colour * light[..., None] * field[..., None] + rng.normal(0, (6, 4.5, 5), (*SIZE_PX, 3)) * (
        0.3 + 0.7 * field[..., None]
    )
    truth = (cover > 0.5).astype(np.uint8) * 255
    return picture.clip(0, 255).astype(np.uint8), truth, field.astype(np.uint8) * 255


def make(folder: Path, number: int = 20) -> None:
    """Writes `training/` (21 …) and `test/` (01 …) with so many photographs each."""
    for part, first in (("training", 21), ("test", 1)):
        for name in ("images", "1st_manual", "mask"):
            (folder / part / name).mkdir(parents=True)
        for n in range(first, first + number):
            picture, truth, field = photograph(n)
            Image.fromarray(picture).save(folder / part / "images" / f"{n:02}_{part}.tif")
            Image.fromarray(truth).save(folder / part / "1st_manual" / f"{n:02}_manual1.gif")
            Image.fromarray(field).save(folder / part / "mask" / f"{n:02}_{part}_mask.gif")


def score(folder: Path, masks: Path) -> float:
    """Mean Dice of the test images."""
    dice = []
    for path in sorted((folder / "test" / "1st_manual").iterdir()):
        truth = np.asarray(Image.open(path)) > 0
        pred = np.asarray(Image.open(masks / f"{path.name[:2]}_test_mask.tif")) > 0
        dice.append(2 * (pred & truth).sum() / (pred.sum() + truth.sum()))
        print(f"{path.name}  {dice[-1]:.3f}")
    return float(np.mean(dice))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "score"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("masks", type=Path, nargs="?")
    options = parser.parse_args()
    if options.what == "make":
        make(options.folder)
    else:
        print(f"mean Dice {score(options.folder, options.masks):.3f}")
