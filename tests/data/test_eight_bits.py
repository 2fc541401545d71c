"""Numbers of objects that a program cut to 8 bits are doubted."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from custom.data import check_dataset
from custom.data.eight_bits import cut_to_8_bits
from custom.init.kinds import meaning_of
from custom.init.layout import find_layout
from custom.init.pixels import fingerprint

PITCH, WIDTH, SIDE = 16, 13, 288
DOUBT = "its numbers of objects end at 255, and {} marks several parts; if it held more objects"


def cells(number: int) -> NDArray[np.int64]:
    """So many squares apart from each other, numbered from 1."""
    label = np.zeros((SIDE, SIDE), np.int64)
    for place in range(number):
        row, column = (PITCH * at for at in divmod(place, SIDE // PITCH))
        label[row : row + WIDTH, column : column + WIDTH] = place + 1
    return label


def doubt_about(label: NDArray[np.int64]) -> str:
    return cut_to_8_bits(label, np.unique(label).tolist())


@pytest.mark.parametrize("number", [20, 255, 300])
def test_numbers_as_they_are_meant_are_not_doubted(number: int) -> None:
    assert doubt_about(cells(number)) == ""


def test_numbers_that_went_round_or_stopped_at_255_are_doubted() -> None:
    assert doubt_about(cells(300) % 256).startswith(DOUBT.format(44))
    assert doubt_about(np.minimum(cells(300), 255)).startswith(DOUBT.format(255))


def test_stray_pixels_and_pixels_that_nobody_judged_are_not_doubted() -> None:
    label = cells(255)
    label[-1, -1], label[-1, 0] = 7, -1
    assert doubt_about(label) == ""


@pytest.mark.parametrize("cut", [lambda label: label % 256, lambda label: np.minimum(label, 255)])
def test_check_and_init_tell_it_of_a_file(cut, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for number in range(2):
        for folder, values in (("images", random.integers(0, 255, (SIDE, SIDE))), ("instances", cut(cells(300)))):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(values.astype(np.uint8)).save(tmp_path / folder / f"{number}.png")
    report = check_dataset(tmp_path, in_channels=1, instances=True)
    assert report.problems == []
    assert [note.split(": ")[0] for note in report.notes] == ["instances/0.png", "instances/1.png"]
    layout = find_layout(tmp_path)
    found = fingerprint(layout.items())
    assert found.doubt.startswith(f"{tmp_path / 'instances' / '0.png'}: its numbers of objects end at 255")
    if found.compact == 1:
        assert meaning_of(layout, found).instances
    else:
        with pytest.raises(ValueError, match="end at 255"):
            meaning_of(layout, found)
