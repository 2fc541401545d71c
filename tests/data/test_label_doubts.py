"""Labels that were drawn black on white, and numbers that are none of objects."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from own_sets import cells, disc, noise, save
from PIL import Image, ImageFilter

from custom.data import check_dataset
from custom.data.scattered import is_scattered
from custom.files import read_header, read_label
from custom.init.make import make_plan

INVERT = "; if they were drawn black on white, invert them"
MAKE_IT_0 = "; if their background is not 0, as where they were drawn black on white, make it 0"


def plain(path: Path, mask: np.ndarray) -> None:
    save(mask * 255, path.with_suffix(".png"))


def inverted(path: Path, mask: np.ndarray) -> None:
    save(255 - mask * 255, path.with_suffix(".png"))


def counted_from_1(path: Path, mask: np.ndarray) -> None:
    """1 for the background and 2 for objects."""
    save(mask + np.uint8(1), path.with_suffix(".png"))


def imagej(path: Path, mask: np.ndarray) -> None:
    """As ImageJ saves a mask of objects that it shows black on white: 255, with a palette that shows 255 as black."""
    picture = Image.fromarray(mask * 255)
    picture.putpalette([255 - number for number in range(256) for _ in range(3)])
    picture.save(path.with_suffix(".png"))


def fax(path: Path, mask: np.ndarray, software: str = "a scanner") -> None:
    """One bit a pixel, white as 0: objects that are shown white on black have the number 0."""
    tifffile.imwrite(path.with_suffix(".tif"), mask == 0, photometric="miniswhite", software=software)


def by_tifffile(path: Path, mask: np.ndarray) -> None:
    tifffile.imwrite(path.with_suffix(".tif"), mask > 0)  # declares 0 as white, and marks what is True


def make(folder: Path, writes: Iterable[Callable[[Path, np.ndarray], None]], mask: Callable[[int], np.ndarray] = disc) -> Path:
    (folder / "masks").mkdir(parents=True)
    for n, write in enumerate(writes):
        save(noise(n), folder / "images" / f"{n}.png")
        write(folder / "masks" / f"{n}", (mask(n) > 0).astype(np.uint8))
    return folder


@pytest.mark.parametrize(
    ("writes", "note"),
    [
        ([plain] * 5, ""),
        ([by_tifffile] * 5, ""),
        (
            [plain, plain, inverted, plain, plain],
            "the edges of 1 label, such as masks/2.png, are marked, and not those of the others",
        ),
        ([plain, imagej, imagej, plain], "0 is shown as white in 2 labels, such as masks/1.png, and their edges are marked"),
        ([imagej] * 4, "0 is shown as white in 4 labels, such as masks/0.png, and their edges are marked"),
        ([fax] * 4, "0 is shown as white in 4 labels, such as masks/0.tif, and their edges are marked"),
    ],
    ids=["plain", "tifffile", "one", "imagej", "all by imagej", "bilevel"],
)
def test_check_and_plan_note_labels_that_may_be_black_on_white(writes, note, tmp_path, capsys):
    folder = make(tmp_path / "set", writes)
    report = check_dataset(folder, in_channels=1)
    edges = [told for told in report.notes if "edges" in told]
    assert not report.problems and edges == ([note + (INVERT if "white" in note else MAKE_IT_0)] if note else [])
    make_plan(str(folder), tmp_path / "plan.json", {}, timed=False)
    printed = " ".join(capsys.readouterr().out.split())
    assert (note.replace("masks/", f"{folder}/masks/") in printed) if note else "edges" not in printed


def test_check_notes_labels_whose_background_has_another_number(tmp_path):
    folder = make(tmp_path, [counted_from_1, by_tifffile, by_tifffile, counted_from_1, by_tifffile])
    notes = check_dataset(folder, in_channels=1, num_classes=3).notes
    assert notes == [f"the edges of 2 labels, such as masks/0.png, are marked, and not those of the others{MAKE_IT_0}"]
    whole = make(tmp_path / "whole", [plain] * 3, lambda number: np.ones((48, 40)) if number else disc(0))
    assert not [note for note in check_dataset(whole, in_channels=1).notes if "edges" in note]


def test_objects_that_often_reach_the_edges_are_not_told_of(tmp_path):
    def tissue(number: int) -> np.ndarray:
        """The lower part of a patch; of the first, all but a hole."""
        rows, columns = np.indices((48, 40))
        return rows > 12 * number if number else (rows - 20) ** 2 + (columns - 20) ** 2 > 9

    assert not [note for note in check_dataset(make(tmp_path, [plain] * 4, tissue), in_channels=1).notes if "edges" in note]


def test_a_palette_that_shows_0_as_white_is_told_by_the_header(tmp_path):
    imagej(tmp_path / "a", disc(0, 1))
    header = read_header(tmp_path / "a.png")
    assert header.white_first and not header.white_is_zero and not header.palette
    assert np.array_equal(read_label(tmp_path / "a.png").values, 255 - disc(0))  # as it is shown
    plain(tmp_path / "b", disc(0, 1))
    assert not read_header(tmp_path / "b.png").white_first


def smoothed(number: int) -> np.ndarray:
    mask = disc(number) | disc(number + 10)
    return np.array(Image.fromarray(mask).filter(ImageFilter.GaussianBlur(0.7)))


def of_classes(number: int) -> np.ndarray:
    rows, columns = np.indices((48, 40))
    return ((rows // 8 + columns // 8 + number) % 4).astype(np.uint8)


@pytest.mark.parametrize("label", [smoothed, of_classes])
def test_check_notes_greys_and_classes_where_objects_are_asked_for(label, tmp_path):
    for n in range(4):
        save(noise(n), tmp_path / "images" / f"{n}.png")
        save(label(n), tmp_path / "masks" / f"{n}.png")
    notes = check_dataset(tmp_path, in_channels=1, instances=True).notes
    assert [note for note in notes if "several parts" in note] == [
        "most numbers mark several parts, which lie apart, in 4 labels, such as masks/0.png; "
        "if they are classes or greys, give each object a number of its own"
    ]
    assert not [note for note in check_dataset(tmp_path, in_channels=1, num_classes=256).notes if "several parts" in note]


def test_numbers_of_cells_are_not_told_of(tmp_path):
    cells(tmp_path)
    assert check_dataset(tmp_path, in_channels=1, instances=True).notes == []


def test_a_label_is_scattered_if_more_than_half_of_its_numbers_lie_in_parts():
    one = np.array([[1, 0, 1, 0, 1], [2, 0, 2, 0, 2], [0, 0, 0, 3, 3]])
    assert is_scattered(one) and is_scattered(np.stack([np.zeros_like(one), one], axis=-1))
    assert not is_scattered(np.array([[1, 0, 1], [2, 2, 0], [0, 0, 3]]))
    assert not is_scattered(np.zeros((3, 3), int)) and not is_scattered(np.eye(3) > 0)
