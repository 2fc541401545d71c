"""Labels that are thin closed lines are told from walls, meshes and trees."""

import numpy as np
import pytest
from scipy import ndimage

from custom.data.closed_lines import ClosedLines, are_closed_lines

ROWS, COLUMNS = np.indices((80, 100))


def disc(radius: float, row: int = 40, column: int = 50) -> np.ndarray:
    return np.hypot(ROWS - row, COLUMNS - column) <= radius


def outline(mask: np.ndarray, width: int = 1) -> np.ndarray:
    return mask & ~ndimage.binary_erosion(mask, iterations=width)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_an_ellipse_drawn_as_a_line_is_an_outline(width: int) -> None:
    ellipse = np.hypot((ROWS - 40) / 30, (COLUMNS - 50) / 40) <= 1
    assert are_closed_lines(outline(ellipse, width))
    assert not are_closed_lines(ellipse)


def test_two_outlines_apart_are_outlines() -> None:
    assert are_closed_lines(outline(disc(15, column=25)) | outline(disc(12, column=70), 2))


@pytest.mark.parametrize(
    "mask",
    [
        disc(30) & ~disc(22),  # the wall of the heart
        disc(9) & ~disc(7),  # a small vessel
        (ROWS % 20 == 0) | (COLUMNS % 20 == 0),  # membranes
        outline(disc(20)) & (COLUMNS > 35),  # open
        disc(35) & ~disc(2),  # a disc with a speck
        np.zeros((80, 100), bool),
    ],
    ids=["wall", "vessel", "mesh", "open", "speck", "empty"],
)
def test_others_are_none(mask: np.ndarray) -> None:
    assert not are_closed_lines(mask)


def test_a_note_names_the_first_where_most_are_lines() -> None:
    lines, mixed = ClosedLines(), ClosedLines()
    lines.look("empty", np.zeros((80, 100)))
    for number in range(4):
        lines.look(f"{number}", np.stack([np.zeros((80, 100)), outline(disc(20))], axis=-1))
        mixed.look(f"{number}", outline(disc(20)) if number % 2 else disc(20))
    line = "labels are thin closed lines in 4 of 4, such as 0; if they stand for the areas inside, fill them"
    assert lines.note() == f"{line}, as bundle/docs/by_hand.md shows"
    assert mixed.note() == "" == ClosedLines().note()
