"""Labels whose palettes disagree on what a number is."""

from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray
from own_sets import disc, noise, save
from PIL import Image

from custom.data.check import check_dataset
from custom.files import read_label
from custom.init.layout import find_layout
from custom.init.pixels import fingerprint

BLACK, RED, GREEN = [0, 0, 0], [255, 0, 0], [0, 255, 0]


def save_palette(values: NDArray[Any], path: Path, *colours: list[int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(values)
    picture.putpalette([value for colour in colours for value in colour])
    picture.save(path)


def test_files_with_palettes_of_their_own_are_refused_by_check_and_plan(tmp_path: Path) -> None:
    for n in range(4):
        save(noise(n, (48, 40, 3)), tmp_path / "images" / f"{n}.png")
        save_palette(disc(n, 1), tmp_path / "masks" / f"{n}.png", BLACK, RED if n < 3 else GREEN)
    message = "its palette shows 1 as #00ff00, that of 0.png as #ff0000, and numbers are the classes; save all labels with one"
    assert [line.partition(" or as")[0] for line in check_dataset(tmp_path).problems] == [f"masks/3.png: {message} palette,"]
    with pytest.raises(ValueError, match=rf"masks/3\.png: {message}"):
        fingerprint(find_layout(tmp_path).items())


def test_one_palette_for_all_is_sound(tmp_path: Path) -> None:
    for n in range(4):
        save(noise(n, (48, 40, 3)), tmp_path / "images" / f"{n}.png")
        save_palette(disc(n, 1), tmp_path / "masks" / f"{n}.png", BLACK, RED, [n, n, 9])  # of which the last is not used
    assert not check_dataset(tmp_path).problems
    assert fingerprint(find_layout(tmp_path).items()).values == {0: 4, 1: 4}


@pytest.mark.parametrize("suffix", [".gif", ".png", ".tif"])
def test_a_background_that_is_not_0_is_refused(suffix: str, tmp_path: Path) -> None:
    # As Pillow orders the colours of a mask that was painted red on black.
    save_palette(1 - disc(0, 1), tmp_path / f"a{suffix}", RED, BLACK)
    with pytest.raises(ValueError, match="its palette shows black, the background, as 1, and numbers are the classes; save it"):
        read_label(tmp_path / f"a{suffix}")


@pytest.mark.parametrize("values", [disc(0, 1), disc(0, 255)])
def test_black_that_is_not_there_or_marks_what_nobody_judged_is_no_background(values: NDArray[Any], tmp_path: Path) -> None:
    colours = [RED, GREEN, BLACK, *[[1, 1, 9]] * 252, BLACK]
    save_palette(values, tmp_path / "a.png", *colours)
    assert (read_label(tmp_path / "a.png").values == values).all()


WHITE = [255, 255, 255]


def test_a_mask_of_two_colours_whose_background_may_be_white_is_refused(tmp_path: Path) -> None:
    # As Pillow orders the colours of a mask that was painted red on white.
    save_palette(1 - disc(0, 1), tmp_path / "a.png", RED, WHITE)
    with pytest.raises(
        ValueError, match="its palette shows white, which may be the background, as 1, and numbers are the classes"
    ):
        read_label(tmp_path / "a.png")


@pytest.mark.parametrize("colours", [(WHITE, RED), (RED, WHITE, GREEN)], ids=["white is 0", "a class of several is white"])
def test_white_that_is_0_or_one_of_several_classes_is_read(colours: tuple[list[int], ...], tmp_path: Path) -> None:
    values = disc(0, 1) + disc(1, 1) * (len(colours) - 2)
    save_palette(values, tmp_path / "a.png", *colours)
    assert (read_label(tmp_path / "a.png").values == values).all()
